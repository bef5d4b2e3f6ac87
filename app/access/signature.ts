/** What a principal signs with, where people read it. */
import { userInfo } from 'node:os';
import { localPrincipal } from './principal.ts';

/** This user by his name, others by what they showed. */
export const signatureOf = (id: string): string => (id === localPrincipal.id ? ownName() : id);

/** A container may run as a user without a name. */
function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    return localPrincipal.id;
  }
}
