/* Style sheets are bundled by build.mjs; they give nothing to the code. */
declare module "*.css";
