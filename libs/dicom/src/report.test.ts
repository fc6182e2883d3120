import { describe, expect, test } from 'vitest';
import type { DicomJson } from './dicom-json.js';
import { REPORT_ITEMS_MAX, reportOf } from './report.js';
import { reportHtml } from './report-html.js';
import { reportText } from './report-text.js';

const cs = (value: string) => ({ vr: 'CS', Value: [value] });
const code = (value: string, meaning: string) => ({
  vr: 'SQ',
  Value: [
    {
      '00080100': { vr: 'SH', Value: [value] },
      '00080102': { vr: 'SH', Value: ['99X'] },
      '00080104': { vr: 'LO', Value: [meaning] },
    },
  ],
});
const item = (type: string, name: string, more: DicomJson): DicomJson => ({
  '0040A010': cs('CONTAINS'),
  '0040A040': cs(type),
  '0040A043': code('1', name),
  ...more,
});
const content = (...items: DicomJson[]) => ({ '0040A730': { vr: 'SQ', Value: items } });

const measured = (value: string, unit: string): DicomJson => ({
  '0040A300': {
    vr: 'SQ',
    Value: [{ '0040A30A': { vr: 'DS', Value: [value] }, '004008EA': code(unit, 'a unit') }],
  },
});

const REPORT: DicomJson = {
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Muster^Anna^^Dr.' }] },
  '00100030': { vr: 'DA', Value: ['19580314'] },
  '0040A043': code('18748-4', 'Imaging report'),
  ...content(
    item('CONTAINER', 'Findings', {
      ...content(
        item('TEXT', 'Finding', { '0040A160': { vr: 'UT', Value: ['Two lines:\r\n<b>bold</b>'] } }),
        item('NUM', 'Diameter', measured('3.5', 'cm')),
        item('NUM', 'Count', measured('2', '1')),
      ),
    }),
    item('CODE', 'Procedure', { '0040A168': code('P5', 'Tomography') }),
    item('DATETIME', 'Begun', { '0040A120': { vr: 'DT', Value: ['20260102101112.5+0100'] } }),
  ),
};

describe('a report', () => {
  test('has its facts, sections and values on the page', () => {
    const html = reportHtml(reportOf(REPORT));
    for (const shown of [
      '<h1>Imaging report</h1>',
      '<dd>Dr. Anna Muster</dd>',
      '<dd>1958-03-14</dd>',
      '<h2>Findings</h2>',
      '&lt;b&gt;bold&lt;/b&gt;',
      '3.5 cm',
      '<span class="value">2</span>',
      'Tomography (P5, 99X)',
      '2026-01-02 10:11:12 +0100',
    ])
      expect(html).toContain(shown);
  });
  test('is indented by its depth in plain text', () =>
    expect(reportText(reportOf(REPORT)).split('\r\n')).toEqual(
      expect.arrayContaining(['Findings', '  Diameter: 3.5 cm', '    <b>bold</b>']),
    ));
  test('that is too long says that there is more', () => {
    const items = Array.from({ length: REPORT_ITEMS_MAX + 1 }, () =>
      item('TEXT', 'Finding', { '0040A160': { vr: 'UT', Value: ['x'] } }),
    );
    const report = reportOf(content(...items));
    expect([report.items.length, report.isCut]).toEqual([REPORT_ITEMS_MAX, true]);
    expect(reportHtml(report)).toContain('There is more in this report');
  });
  test.each<[string, DicomJson]>([
    ['nothing', {}],
    ['items that are none', { '0040A730': { vr: 'SQ', Value: [null, {}] } }],
    ['a sequence that is text', { '0040A730': { vr: 'LO', Value: ['x'] } }],
    ['a name that is a number', { '00100010': { vr: 'PN', Value: [5] } }],
    ['a measurement of nothing', content(item('NUM', 'n', { '0040A300': { vr: 'SQ' } }))],
    ['coordinates of nothing', content(item('SCOORD', 's', {}))],
  ])('of %s is a page all the same', (_, dataSet) => {
    expect(reportHtml(reportOf(dataSet))).toMatch(/^<!DOCTYPE html>[\s\S]*<\/html>\n$/);
    expect(reportText(reportOf(dataSet))).toContain('\r\n');
  });
});
