import type { DicomJson } from '#dicom/dicom-json';
import type { ReadExtract } from '#index/extract-reader';
import type { Findable } from '#index/findable';
import { headerOf } from '../search/header-of.js';
import { doseIn, type RecordedDose } from './recorded-dose.js';

export type DosePorts = Readonly<{
  findable: Pick<Findable, 'rows' | 'series'>;
  readExtract: ReadExtract;
}>;

/** X-Ray Radiation Dose SR Storage (PS3.4 §B.5). */
const DOSE_REPORT = '1.2.840.10008.5.1.4.1.1.88.67';
/** Series of reports that are looked into, and reports of each. */
const SERIES_MAX = 4;
const REPORTS_MAX = 4;
/** A card doesn't wait longer: the typical dose is told then. */
const WAIT_MS_MAX = 150;

/** What the dose report of a study says, of all of its acquisitions together; undefined when it has none, or it can't be had in time. The caller may see the study. */
export async function readDose(ports: DosePorts, claim: string): Promise<RecordedDose | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), WAIT_MS_MAX);
  });
  const read = lookFor(ports, claim);
  /* Who is late, and then fails, has nobody left to tell. */
  read.catch(() => undefined);
  return Promise.race([read, late]).finally(() => clearTimeout(timer));
}

async function lookFor(
  { findable, readExtract }: DosePorts,
  claim: string,
): Promise<RecordedDose | undefined> {
  for (const { series } of await findable.rows(reportSeries(claim))) {
    const view = await findable.series(String(series));
    const reports = view?.ordered.filter(({ sopClass }) => sopClass === DOSE_REPORT) ?? [];
    for (const report of reports.slice(0, REPORTS_MAX)) {
      const header = view && (await headerOf(readExtract, view, report));
      const dose = header && doseIn(header as DicomJson);
      if (dose !== undefined) return dose;
    }
  }
  return undefined;
}

const reportSeries = (claim: string) => ({
  name: 'report-series',
  text: `select series from {schema}.series where claim = $1 and modality = 'SR' order by series_uid limit ${SERIES_MAX}`,
  values: [claim],
});
