/* What is loaded right after the first picture can be shown: the screens of the activities, the
 * cards beside them, the boxes, and the rare pages. One file, so that it is one request. */

export { guideOf, phaseName, phaseOnly } from "./screens/index.ts";
export { After } from "./pages/after.tsx";
export { AskHelp } from "./parts/stuck.tsx";
export { Menu } from "./parts/menu.tsx";
export { Rest, WitnessAsks } from "./parts/cards.tsx";
