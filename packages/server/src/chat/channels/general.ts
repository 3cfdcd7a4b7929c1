/** The public channel that everyone is in, created on first start. */
export const GENERAL = 'c_general';
export const GENERAL_NAME = 'general';
