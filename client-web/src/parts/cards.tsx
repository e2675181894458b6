/* The cards beside the circle: who speaks next, what was said, what was promised, what was
 * valued. */

import type { View } from "../state/view.ts";
import { Line } from "./line.tsx";
import { Commitments } from "./promise.tsx";
import { SaidLog } from "./said.tsx";
import { Valued } from "./thank.tsx";

export { WitnessAsks } from "./promise.tsx";

export function Rest({ view }: { view: View }) {
  return (
    <>
      <Line view={view} />
      <SaidLog view={view} />
      <Commitments view={view} />
      <Valued view={view} />
    </>
  );
}
