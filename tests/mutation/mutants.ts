import { CLIENT_MUTANTS } from './client-mutants.ts';
import { CLUSTER_MUTANTS } from './cluster-mutants.ts';
import type { Mutant } from './mutant.ts';
import { SERVER_MUTANTS } from './server-mutants.ts';

/** Each must be caught within the seeds of an ordinary test run, or the simulation is blind there. */
export const MUTANTS: readonly Mutant[] = [...SERVER_MUTANTS, ...CLUSTER_MUTANTS, ...CLIENT_MUTANTS];
