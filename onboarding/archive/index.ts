export { type ArchiveManifest, type ArchivedTable, exportArchive } from "./export";
export { Signer, verifySigned } from "./signer";
