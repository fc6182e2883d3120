import { ACCESS_LOG_ROUTES } from '../audit/access-log-routes.js';
import { CHANGE_ROUTES } from '../changes/change-routes.js';
import { WEBHOOK_ROUTES } from '../changes/webhook-routes.js';
import { COPY_ROUTES } from '../copies/copy-routes.js';
import { FIXITY_ROUTES } from '../custody/fixity-routes.js';
import { RESTITUTION_ROUTES } from '../custody/restitution-routes.js';
import { EVIDENCE_ROUTES } from '../evidence/evidence-routes.js';
import { HOLD_ROUTES } from '../holds/hold-routes.js';
import { DUPLICATE_ROUTES } from '../orders/duplicate-routes.js';
import { REJECTION_ROUTES } from '../rejections/rejection-routes.js';
import { RETENTION_POLICY_ROUTES } from '../retention/retention-policy-routes.js';
import { RETENTION_ROUTES } from '../retention/retention-routes.js';
import { BREAK_GLASS_ROUTES } from './break-glass-routes.js';
import { CONSENT_ROUTES } from './consent-routes.js';
import { DISPOSITION_ROUTES } from './disposition-routes.js';
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
  ...DISPOSITION_ROUTES,
  ...RETENTION_POLICY_ROUTES,
  ...RETENTION_ROUTES,
  ...HOLD_ROUTES,
  ...FIXITY_ROUTES,
  ...RESTITUTION_ROUTES,
  ...EVIDENCE_ROUTES,
  ...REJECTION_ROUTES,
];
