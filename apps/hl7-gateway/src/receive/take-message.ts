import { createHmac, randomUUID } from 'node:crypto';
import type { Authorities } from '#archive/identity/patient-identifier';
import { acknowledge, type MessageProblem, type Verdict } from '#hl7/acknowledge';
import type { CharacterSet } from '#hl7/character-set';
import { MESSAGE_LIMITS } from '#hl7/limits';
import { type Message, type Segment, textOf } from '#hl7/message';
import { type Notice, orderAnswer } from '#hl7/order-answer';
import { type ParseFault, parseMessage } from '#hl7/parse-message';
import { writeMessage } from '#hl7/write-message';
import { isProblem, type Order, patientsOf } from '../orders/orders.js';
import { readOrders } from '../orders/read-orders.js';
import type { Keeping, KeptMessage } from './keep-message.js';
import { nameOfSender, type Sender, senderOfMessage } from './senders.js';

/** What taking a message needs. */
export type Receiving = Readonly<{
  sendersNow: () => Promise<readonly Sender[]>;
  authoritiesOf: (hospital: string) => Promise<Authorities>;
  patientId: (authority: string, value: string) => string;
  /** Secret: digests of messages tell nothing to who has only them. */
  digestKey: Buffer;
  /** Durable when it resolves. */
  keep: (message: KeptMessage) => Promise<Keeping>;
  messageBytesMax: number;
  wallMs: () => number;
  /** What the answer to orders that were accepted tells besides; left out, nothing. */
  tellOf?: (accepted: Accepted) => Promise<readonly Notice[]>;
  /** Hears of each message, without anything of persons. */
  report: (taken: Taken) => void;
}>;

/** The trace of one message: `id` is the row's when it was kept. */
export type Taken = Readonly<{
  id: string;
  verdict: Verdict;
  hospital: string;
  type: string;
  reason: string;
}>;

/** Bytes of one frame, and the certificate that the sender showed: SHA-256 in hex, '' for none. */
export type Framed = Readonly<{ bytes: Uint8Array; isTooLong: boolean; certificate: string }>;

/** A message of orders that was accepted, of a sender who wants to be told of duplicates. */
export type Accepted = Readonly<{ header: Segment; sender: Sender; orders: readonly Order[] }>;

type Answering = Readonly<{
  verdict: Verdict;
  problem?: MessageProblem;
  hospital?: string;
  /** What it is called in the trace when there is no problem. */
  reason?: string;
  accepted?: Accepted;
}>;

const TYPE = /^[A-Z0-9]{3}\^[A-Z0-9]{3}$/;
const CONTROL_ID_CHARACTERS_MAX = 199;
/** Table 0103: what is meant for training or for finding faults is no truth about patients. */
const PRODUCTION = ['', 'P'];

/** Takes one message: when the answer accepts it, it is kept. Undefined when the sender wants no answer. */
export async function takeMessage(
  receiving: Receiving,
  framed: Framed,
): Promise<Buffer | undefined> {
  const id = randomUUID();
  const senders = await receiving.sendersNow();
  const read = readFramed(receiving, senders, framed);
  const header = read.ok ? read.message.segments[0] : read.header;
  const answering = read.ok
    ? await judge(receiving, { ...read, ...framed, id, senders })
    : refuseUnparsed(read.fault);
  const { verdict, problem, hospital = '', reason = '', accepted } = answering;
  receiving.report({
    id,
    verdict,
    hospital,
    type: typeOf(header),
    reason: problem?.reason ?? reason,
  });
  const said = { verdict, problem, controlId: id.replaceAll('-', '').slice(0, 20) };
  const answer = acknowledge(header, { ...said, atMs: receiving.wallMs() });
  const characterSet: CharacterSet = read.ok ? read.characterSet : '8859/1';
  return answer && writeMessage(await withNotices(receiving, answer, accepted), characterSet);
}

const withNotices = async (
  { tellOf }: Receiving,
  answer: Message,
  accepted: Accepted | undefined,
): Promise<Message> => {
  const form = accepted?.sender.duplicates?.form;
  if (accepted === undefined || form === undefined || tellOf === undefined) return answer;
  return orderAnswer(answer, accepted.header, { notices: await tellOf(accepted), form });
};

const refuse = (
  code: MessageProblem['code'],
  reason: string,
  { segment = '', field = 0, verdict = 'reject' }: Partial<MessageProblem & Answering> = {},
): Answering => ({ verdict, problem: { code, reason, segment, field } });

const refuseUnparsed = (fault: ParseFault): Answering => {
  if (fault === 'character-set') return refuse('103', fault, { segment: 'MSH', field: 18 });
  return refuse(fault === 'characters' ? '102' : '100', fault);
};

/* A sender's settings say how bytes are read that name no character set: the header tells who it is before. */
const readFramed = (
  { messageBytesMax }: Receiving,
  senders: readonly Sender[],
  { bytes, isTooLong, certificate }: Framed,
) => {
  const limits = { ...MESSAGE_LIMITS, messageBytesMax: isTooLong ? 0 : messageBytesMax };
  if (isTooLong) return headerOnly(bytes);
  const first = parseMessage(bytes, { limits });
  if (first.ok || first.fault !== 'characters' || first.header === undefined) return first;
  const characterSet = senderOfMessage(senders, first.header, certificate)?.characterSet;
  return characterSet === undefined ? first : parseMessage(bytes, { limits, characterSet });
};

const headerOnly = (bytes: Uint8Array) => {
  const start = parseMessage(bytes.subarray(0, lineEnd(bytes)), { characterSet: '8859/1' });
  const header = start.ok ? start.message.segments[0] : start.header;
  return { ok: false as const, fault: 'too-long' as const, segment: 1, header };
};

const lineEnd = (bytes: Uint8Array) => {
  const end = bytes.indexOf(0x0d);
  return end < 0 ? bytes.length : end;
};

type Judging = Framed &
  Readonly<{
    id: string;
    message: Message;
    characterSet: CharacterSet;
    senders: readonly Sender[];
  }>;

async function judge(receiving: Receiving, judging: Judging): Promise<Answering> {
  const { message, senders, certificate } = judging;
  const [header] = message.segments;
  if (header === undefined) return refuse('100', 'no-header');
  const sender = senderOfMessage(senders, header, certificate);
  if (sender === undefined) return refuse('204', 'unknown-sender', { segment: 'MSH', field: 4 });
  const { hospital } = sender;
  const wrong = wrongHeader(header, sender);
  if (wrong !== undefined) return { ...wrong, hospital };
  const orders = readOrders(message, await receiving.authoritiesOf(hospital));
  if (isProblem(orders)) return { verdict: verdictOf(orders), problem: orders, hospital };
  const kept = await keep(receiving, { ...judging, header, hospital, orders });
  const accepted = { header, sender, orders };
  return { ...kept, hospital, ...(kept.verdict === 'accept' ? { accepted } : {}) };
}

const wrongHeader = (header: Segment, { isFrozen }: Sender): Answering | undefined => {
  if (isFrozen) return refuse('207', 'frozen', { verdict: 'error' });
  const [controlId, mode] = [textOf(header, 10), textOf(header, 11)];
  if (controlId === '') return refuse('101', 'no-control-id', { segment: 'MSH', field: 10 });
  if (controlId.length > CONTROL_ID_CHARACTERS_MAX)
    return refuse('102', 'control-id', { segment: 'MSH', field: 10 });
  return PRODUCTION.includes(mode)
    ? undefined
    : refuse('202', 'not-production', { segment: 'MSH', field: 11 });
};

/* Of what the archive doesn't do at all the whole message is rejected; what is wrong within one is an error of the message (v2.9 §2.9.2.1). */
const verdictOf = ({ code }: MessageProblem): Verdict =>
  code === '200' || code === '201' ? 'reject' : 'error';

type Keepable = Judging & Readonly<{ header: Segment; hospital: string; orders: readonly Order[] }>;

async function keep(receiving: Receiving, keepable: Keepable): Promise<Answering> {
  const { id, bytes, characterSet, message, header, hospital, orders } = keepable;
  const patients = orders
    .flatMap(patientsOf)
    .map(({ authority, value }) => receiving.patientId(authority, value));
  const kept = await receiving.keep({
    id,
    hospital,
    sender: nameOfSender(header),
    controlId: textOf(header, 10),
    type: typeOf(header),
    patients: [...new Set(patients)],
    digest: digestOf(message, receiving.digestKey),
    characterSet,
    bytes,
  });
  if (kept === 'otherwise') return refuse('205', 'control-id-used', { segment: 'MSH', field: 10 });
  return { verdict: 'accept', reason: kept };
}

/* A message that is sent again may have a new time in its header; what it says is the same. */
const digestOf = ({ delimiters, segments }: Message, key: Buffer): Buffer =>
  createHmac('sha256', key)
    .update('hl7\0')
    .update(writeMessage({ delimiters, segments: segments.slice(1) }, 'UNICODE UTF-8'))
    .digest();

const typeOf = (header: Segment | undefined): string => {
  const type = `${textOf(header, 9)}^${textOf(header, 9, 2)}`;
  return TYPE.test(type) ? type : '';
};
