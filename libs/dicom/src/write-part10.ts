import type { DicomJson } from './dicom-json.js';
import { newFileMeta } from './transcode/file-meta.js';
import { transferSyntaxOf } from './transfer-syntax.js';
import type { BulkBytes, BulkOf } from './write/bulk.js';
import { planDataSet } from './write/plan-data-set.js';
import { bytesOfPieces, newSheet, piecesBytes, takePieces } from './write/sheet.js';
import { type WriteFault, WriteStopped } from './write/write-fault.js';

/** A data set in the DICOM JSON Model, as it came: nothing of its shape is taken for granted. `bulk` finds what a BulkDataURI stands for. */
export type Part10Source = Readonly<{
  dataSet: unknown;
  transferSyntax: string;
  bulk: BulkOf;
}>;

export type Part10Result =
  | Readonly<{ ok: true; part10: BulkBytes }>
  | Readonly<{ ok: false; fault: WriteFault }>;

/**
 * Plans the Part 10 file (PS3.10 §7) of a data set in the DICOM JSON Model (PS3.18 Annex F); its bytes come when it is opened,
 * bulk data piece by piece. Written in Explicit VR Little Endian, with the pixels of `transferSyntax`; text in UTF-8. The same
 * source always gives the same bytes. Group lengths and group 0002 of the source are left out (PS3.18 §F.2.2, §10.5.1.4).
 */
export function planPart10({ dataSet, transferSyntax, bulk }: Part10Source): Part10Result {
  const sheet = newSheet();
  try {
    const encapsulated = isEncapsulated(transferSyntax);
    planDataSet({ sheet, bulk, encapsulated }, dataSet);
  } catch (error) {
    if (error instanceof WriteStopped) return { ok: false, fault: error.fault };
    throw error;
  }
  const meta = newFileMeta(dataSet as DicomJson, transferSyntax);
  const pieces = [meta, ...takePieces(sheet)];
  return {
    ok: true,
    part10: { bytes: piecesBytes(pieces), open: () => bytesOfPieces(pieces) },
  };
}

function isEncapsulated(transferSyntax: string): boolean {
  const syntax = transferSyntaxOf(transferSyntax);
  const isExplicit = syntax?.encoding.explicit === true && !syntax.encoding.bigEndian;
  if (syntax === undefined || !isExplicit || syntax.deflated)
    throw new WriteStopped('transfer-syntax', '');
  return syntax.encapsulated;
}
