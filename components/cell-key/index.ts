export { CellKey, type CellKeyArgs } from "./cell-key";
