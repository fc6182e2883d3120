/**
 * Name of the advisory lock between appends and rebuilds: whoever appends facts of studies and packs shares it for the transaction; a rebuild
 * takes it alone for the last facts.
 */
export const SWITCH_LOCK = 'findable-switch';
