import type { ProvenRecord } from './audit-chain.js';
import { auditMessage } from './audit-message.js';

/** Facility «security/authorization, private» (10) and severity notice (5); a refusal or broken glass is a warning (4). RFC 5424 §6.2.1. */
const FACILITY = 10;
const NOTICE = 5;
const WARNING = 4;
/** MSGID of audit messages of DICOM (PS3.15 §A.6.2). */
const MESSAGE_ID = 'DICOM+RFC3881';
const BOM = '\uFEFF';

/** A record as one syslog message (RFC 5424) in a frame of its own (RFC 5425 §4.3: its length in octets first). */
export function syslogFrame(record: ProvenRecord, host: string): Buffer {
  const isWarning = record.outcome === 'deny' || record.breakGlass;
  const priority = FACILITY * 8 + (isWarning ? WARNING : NOTICE);
  const head = `<${priority}>1 ${record.recordedAt} ${host} arkim - ${MESSAGE_ID} -`;
  const message = Buffer.from(`${head} ${BOM}${auditMessage(record)}`);
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}
