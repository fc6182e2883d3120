import type { RouteRow } from './route-row.js';

type Page = Readonly<{ method: RouteRow['method']; path: string; title: string; success: string }>;

const PAGES: readonly Page[] = [
  { method: 'GET', path: '/', title: 'Start page', success: '200' },
  { method: 'POST', path: '/sign-in', title: 'Sign in to a demonstration', success: '303' },
  { method: 'POST', path: '/sign-out', title: 'Sign out of a demonstration', success: '303' },
  { method: 'GET', path: '/viewer', title: 'To the viewer', success: '308' },
  { method: 'GET', path: '/viewer/{path}', title: 'The viewer', success: '200 304' },
];

/** Pages for people: nobody's data, open to all. */
export const pageRows: readonly RouteRow[] = PAGES.map((page, at) => ({
  ...page,
  id: `page${at}`,
  demands: 'nothing',
  gate: 'none',
  gives: ['text/html'],
  failure: '400 403 404 503',
}));
