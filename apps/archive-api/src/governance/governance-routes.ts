import { ACCESS_LOG_ROUTES } from '../audit/access-log-routes.js';
import { CHANGE_ROUTES } from '../changes/change-routes.js';
import { WEBHOOK_ROUTES } from '../changes/webhook-routes.js';
import { COPY_ROUTES } from '../copies/copy-routes.js';
import { DUPLICATE_ROUTES } from '../orders/duplicate-routes.js';
import { REJECTION_ROUTES } from '../rejections/rejection-routes.js';
import { BREAK_GLASS_ROUTES } from './break-glass-routes.js';
import { CONSENT_ROUTES } from './consent-routes.js';
import type { GovernanceRoute } from './governance-route.js';
import { MATCH_WINDOWS_ROUTES } from './match-windows-routes.js';
import { NOTICE_ROUTES } from './notice-routes.js';
import { POLICY_ROUTES } from './policy-routes.js';
import { RELATIONSHIP_ROUTES } from './relationship-routes.js';
import { STUDY_ROUTES } from './study-routes.js';

/** All of `/governance`; each area brings its own. `/openapi.json` is made of it, and a test holds it against the routes that are registered. */
export const governanceRoutes: readonly GovernanceRoute[] = [
  ...BREAK_GLASS_ROUTES,
  ...RELATIONSHIP_ROUTES,
  ...CONSENT_ROUTES,
  ...STUDY_ROUTES,
  ...NOTICE_ROUTES,
  ...POLICY_ROUTES,
  ...MATCH_WINDOWS_ROUTES,
  ...ACCESS_LOG_ROUTES,
  ...DUPLICATE_ROUTES,
  ...CHANGE_ROUTES,
  ...WEBHOOK_ROUTES,
  ...COPY_ROUTES,
  ...REJECTION_ROUTES,
];
