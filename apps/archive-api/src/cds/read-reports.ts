import type { DicomJson } from '#dicom/dicom-json';
import type { ReadExtract } from '#index/extract-reader';
import type { Findable } from '#index/findable';
import type { InstanceView } from '#index/series-view';
import { headerOf } from '../search/header-of.js';
import { doseIn, type RecordedDose } from './recorded-dose.js';
import { bestOf, isReport, type ReportStatus, statusIn } from './report-status.js';

export type ReportPorts = Readonly<{
  findable: Pick<Findable, 'rows' | 'series'>;
  readExtract: ReadExtract;
}>;

/** What the reports of a study say: the dose of all of its acquisitions together, undefined when none tells it, and whether it is reported on. */
export type ReadReports = Readonly<{ dose: RecordedDose | undefined; status: ReportStatus }>;

/** X-Ray Radiation Dose SR Storage (PS3.4 §B.5). */
const DOSE_REPORT = '1.2.840.10008.5.1.4.1.1.88.67';
/** Series of reports that are looked into, and reports of each kind in each. */
const SERIES_MAX = 4;
const REPORTS_MAX = 4;
/** A card doesn't wait longer: it tells the typical dose then, and of no report. */
const WAIT_MS_MAX = 150;

/** Reads them; undefined when that takes too long. The caller may see the study. */
export async function readReports(
  ports: ReportPorts,
  claim: string,
): Promise<ReadReports | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), WAIT_MS_MAX);
  });
  const read = lookFor(ports, claim);
  /* Who is late, and then fails, has nobody left to tell. */
  read.catch(() => undefined);
  return Promise.race([read, late]).finally(() => clearTimeout(timer));
}

async function lookFor(ports: ReportPorts, claim: string): Promise<ReadReports> {
  const statuses: ReportStatus[] = [];
  let dose: RecordedDose | undefined;
  for (const { series } of await ports.findable.rows(reportSeries(claim))) {
    const looked = await lookInto(ports, String(series), dose === undefined);
    statuses.push(...looked.statuses);
    dose ??= looked.dose;
  }
  return { dose, status: bestOf(statuses) };
}

async function lookInto(
  { findable, readExtract }: ReportPorts,
  series: string,
  isDoseWanted: boolean,
): Promise<Readonly<{ dose: RecordedDose | undefined; statuses: readonly ReportStatus[] }>> {
  const view = await findable.series(series);
  if (view === undefined) return { dose: undefined, statuses: [] };
  const read = async (fact: InstanceView): Promise<DicomJson> =>
    (await headerOf(readExtract, view, fact)) as DicomJson;
  const some = (isOne: (sopClass: string) => boolean) =>
    view.ordered.filter(({ sopClass }) => isOne(sopClass)).slice(0, REPORTS_MAX);
  const statuses = await Promise.all(
    some(isReport).map(async (fact) => statusIn(fact.sopClass, await read(fact))),
  );
  for (const fact of isDoseWanted ? some((sopClass) => sopClass === DOSE_REPORT) : []) {
    const dose = doseIn(await read(fact));
    if (dose !== undefined) return { dose, statuses };
  }
  return { dose: undefined, statuses };
}

const reportSeries = (claim: string) => ({
  name: 'report-series',
  text: `select series from {schema}.series where claim = $1 and modality in ('SR', 'DOC') order by series_uid limit ${SERIES_MAX}`,
  values: [claim],
});
