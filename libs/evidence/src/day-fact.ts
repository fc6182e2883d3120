import { uuid5 } from '#events/uuid5';

/** Names the ids of facts about days. */
const DAY_IDS = '2f0c7c52-9f0a-5c55-8a43-6f2f1d0f7c31';

/** The id of the fact (DaySealed) that the access records of a day are sealed. */
export const dayFactId = (day: string): string => uuid5(DAY_IDS, day);
