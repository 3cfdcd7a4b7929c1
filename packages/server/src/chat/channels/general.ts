/** The public channel that everyone is in, made on first start. */
export const GENERAL = 'c_general';
export const GENERAL_NAME = 'general';
