/** The current fault rates. Times in milliseconds, all others probabilities. */
export interface FaultConditions {
  /** One way between a client and a node. */
  readonly networkMs: Range;
  /** A packet takes up to two seconds. */
  readonly networkSpike: number;
  /** Each way between a node and the store. */
  readonly storeMs: Range;
  /** A store request takes up to four seconds. */
  readonly storeSlow: number;
  /** A commit or read fails without effect. */
  readonly storeFails: number;
  /** A commit is decided, then rolled back. */
  readonly commitRolledBack: number;
  /** A commit is stored, but its acknowledgement is lost. */
  readonly commitAnswerLost: number;
  /** Between two nodes. */
  readonly busMs: Range;
  readonly busLoses: number;
  readonly busDuplicates: number;
  /** An HTTP request never arrives. */
  readonly requestLost: number;
  /** An HTTP request is executed, but its response is lost. */
  readonly answerLost: number;
  /** The browser's storage fails, or takes up to three seconds. */
  readonly storageFails: number;
  readonly storageSlow: number;
}

export type Range = readonly [min: number, max: number];

export const FAULT_FREE: FaultConditions = {
  networkMs: [1, 40],
  networkSpike: 0,
  storeMs: [0, 3],
  storeSlow: 0,
  storeFails: 0,
  commitRolledBack: 0,
  commitAnswerLost: 0,
  busMs: [0, 5],
  busLoses: 0,
  busDuplicates: 0,
  requestLost: 0,
  answerLost: 0,
  storageFails: 0,
  storageSlow: 0,
};

/** Named fault conditions. A fault burst combines several. */
export const FAULT_PROFILES = {
  'slow network': { networkMs: [20, 800], networkSpike: 0.1 },
  'lost requests': { requestLost: 0.3, answerLost: 0.3 },
  'slow store': { storeMs: [0, 60], storeSlow: 0.1 },
  'failing store': { storeFails: 0.25 },
  'full disk': { commitRolledBack: 0.5 },
  'lost commit answers': { commitAnswerLost: 0.35 },
  'store outage': { storeFails: 1 },
  'lossy bus': { busLoses: 0.3, busMs: [0, 50] },
  'bus outage': { busLoses: 1 },
  'doubling bus': { busDuplicates: 0.4, busMs: [0, 600] },
  'failing browser storage': { storageFails: 0.3 },
  'slow browser storage': { storageSlow: 0.3 },
} as const satisfies Record<string, Partial<FaultConditions>>;

export type FaultProfile = keyof typeof FAULT_PROFILES;
export const FAULT_PROFILE_NAMES = Object.keys(FAULT_PROFILES) as readonly FaultProfile[];
