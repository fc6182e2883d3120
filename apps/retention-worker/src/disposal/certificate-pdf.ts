import PdfDocument from 'pdfkit';
import type { CertifiedStudy, Signed } from './certificate.js';

const MARGIN = 56;
const LINE = 9;

/** The certificate for people to read: the same content, with the signed JSON attached to it. */
export async function certificatePdf({ certificate, document, sha256 }: Signed): Promise<Buffer> {
  const issuedAt = new Date(certificate.issuedAt);
  const pdf = new PdfDocument({
    size: 'A4',
    margin: MARGIN,
    pdfVersion: '1.7',
    lang: 'en',
    info: {
      Title: `Disposition certificate ${certificate.batch}`,
      Producer: 'Arkim',
      Creator: 'Arkim',
      CreationDate: issuedAt,
    },
  });
  pdf.fontSize(18).text('Disposition certificate').moveDown(0.5);
  pdf.fontSize(LINE);
  for (const [name, value] of factsOf(certificate))
    pdf.font('Helvetica-Bold').text(`${name}: `, { continued: true }).font('Helvetica').text(value);
  pdf.moveDown().fontSize(12).text('Studies').fontSize(LINE).moveDown(0.3);
  for (const study of certificate.studies) pdf.text(lineOf(study)).moveDown(0.4);
  pdf.moveDown().text(`SHA-256 of the attached signed document: ${sha256}`);
  pdf.text(
    'What counts is the attached document: its signature (Ed25519) is over its member "certificate".',
  );
  pdf.file(Buffer.from(document), {
    name: 'certificate.json',
    type: 'application/json',
    description: 'The signed certificate',
    creationDate: issuedAt,
    modifiedDate: issuedAt,
  });
  pdf.end();
  const chunks: Buffer[] = [];
  for await (const chunk of pdf) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const factsOf = (certificate: Signed['certificate']): readonly (readonly [string, string])[] => [
  ['Archive', certificate.archive],
  ['Hospital', certificate.hospital],
  ['Jurisdiction', certificate.jurisdiction === '' ? 'not stated' : certificate.jurisdiction],
  ['Batch', certificate.batch],
  ['Proposed', `${certificate.proposedAt} by ${certificate.proposedBy}`],
  ...certificate.approvals.map(
    ({ capacity, approver, at }) => [`Approved (${capacity})`, `${at} by ${approver}`] as const,
  ),
  ['Grace', `${certificate.graceDays} days, over at ${certificate.executeAfter}`],
  ['Rejection note', `DCM ${certificate.rejection}, Data Retention Policy Expired`],
  ['Issued', certificate.issuedAt],
];

const lineOf = (study: CertifiedStudy): string => {
  const rule = `policy ${study.policy}, version ${study.policyVersion}, rule ${study.rule}`;
  return study.outcome === 'kept'
    ? `${study.claim}: kept (${study.why}); ${rule}`
    : `${study.claim}: disposed of at ${study.disposedAt}, bytes removed at ${study.removedAt}; ${rule}; ${study.objects} objects, ${study.bytes} bytes; hash of the list of objects: ${study.root}`;
};
