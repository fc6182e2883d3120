import { execFile, spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { TransferSyntaxUid } from '#dicom/transfer-syntax';

const run = promisify(execFile);
const TIMEOUT_MS = 300_000;

type Command = readonly string[];

const GDCM: Command = ['gdcmconv', '--raw'];
const RLE: Command = ['dcmdrle', '+te'];
/** Without conversion of colour. */
const JPEG: Command = ['dcmdjpeg', '+te', '+cn'];
const JPEG_LS: Command = ['dcmdjpls', '+te'];
const DEFLATED: Command = ['dcmconv', '+te'];

/** Tools that we didn't write, by the transfer syntax that they decode. */
export const DECODERS: ReadonlyMap<string, readonly Command[]> = new Map([
  [TransferSyntaxUid.DeflatedExplicitVRLittleEndian, [DEFLATED]],
  [TransferSyntaxUid.RLELossless, [RLE, GDCM]],
  [TransferSyntaxUid.JPEGLossless, [JPEG, GDCM]],
  [TransferSyntaxUid.JPEGLosslessFirstOrder, [JPEG, GDCM]],
  [TransferSyntaxUid.JPEGLSLossless, [JPEG_LS, GDCM]],
  [TransferSyntaxUid.JPEG2000Lossless, [GDCM]],
]);

/** The uncompressed file that the tool makes of the other; undefined when it gives up. */
export async function decodedBy(
  [tool = '', ...options]: readonly string[],
  path: string,
): Promise<Buffer | undefined> {
  const target = `${path}.judged`;
  try {
    await run(tool, [...options, path, target], { timeout: TIMEOUT_MS });
    return await readFile(target);
  } catch (error) {
    if (isMissing(error)) throw error;
    return undefined;
  } finally {
    await rm(target, { force: true });
  }
}

/** Whether the tool itself isn't there: a suite without its judges must not pass. */
const isMissing = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).syscall?.startsWith('spawn') === true;

/** All frames of a JPEG 2000 file, one after the other, as Pillow decodes them; undefined when it can't. */
export async function framesByPillow(path: string): Promise<Buffer | undefined> {
  const target = `${path}.pillow`;
  try {
    await run('/usr/bin/python3', ['test/transcoding/pillow_frames.py', path, target]);
    return await readFile(target);
  } catch (error) {
    if (isMissing(error)) throw error;
    return undefined;
  } finally {
    await rm(target, { force: true });
  }
}

/** What dciodvfy holds against a file, each kind of error once. */
export async function errorsOf(path: string): Promise<ReadonlySet<string>> {
  const { stderr } = await run('dciodvfy', [path], {
    timeout: TIMEOUT_MS,
    maxBuffer: 64 * 1024 ** 2,
    encoding: 'latin1',
  }).catch((error: Error & { stderr?: string; code?: unknown }) => {
    if (typeof error.code === 'string') throw error;
    return { stderr: error.stderr ?? '' };
  });
  return new Set(stderr.split('\n').filter((line) => line.startsWith('Error')));
}

/** What pydicom says of a file beside its original; `fault` when it can't read one of them. */
export type DataSetVerdict = Readonly<{
  fault?: string | undefined;
  syntax?: string | undefined;
  differences?: readonly string[] | undefined;
}>;

/** Asks pydicom, one file after the other, where two data sets differ in anything but their pixels. */
export function dataSetJudge() {
  const judge = spawn('/usr/bin/python3', ['test/judges/compare_data_sets.py'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: judge.stdout })[Symbol.asyncIterator]();
  let turn: Promise<unknown> = Promise.resolve();
  const ask = async (original: string, ours: string) => {
    const name = ours;
    judge.stdin.write(`${JSON.stringify({ name, original, ours, decoded: true })}\n`);
    const line = await lines.next();
    if (line.done === true) throw new Error('pydicom has ended');
    return JSON.parse(line.value) as DataSetVerdict;
  };
  return {
    compare: (original: string, ours: string): ReturnType<typeof ask> => {
      const answer = turn.then(() => ask(original, ours));
      turn = answer.catch(() => undefined);
      return answer;
    },
    end: () => judge.stdin.end(),
  };
}
