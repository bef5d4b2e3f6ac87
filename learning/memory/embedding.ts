/**
 * An embedding without weights: hashed words and character n-grams of the copy, and the values of its DNA, each at a
 * coordinate and a sign that its hash gives (feature hashing: K. Weinberger and others, ICML 2009). The same text is the
 * same vector for ever. Length 1, so that a product of two is their cosine.
 */
import { hash32 } from '../numeric.ts';
import { tokenise } from '../text/tokens.ts';

/** Changes with any change of what follows: vectors of different models are not compared. */
export const hashed_model = 'hashed-1';
export const hashed_dimensions = 256;

const shortest = 3;
const longest = 4;
/** How much each kind of feature counts in all, before the vector is made to have length 1. */
const weights = { words: 1, characters: 0.7, traits: 1 } as const;

/** @param traits `trait=value`, each once */
export function hashedEmbedding(text: string, traits: readonly string[]): Float32Array {
  const vector = new Float32Array(hashed_dimensions);
  const tokens = tokenise(text);
  add(vector, 'w', tokens, weights.words);
  add(vector, 'c', tokens.flatMap(characterGrams), weights.characters);
  add(vector, 't', traits, weights.traits);
  return normalised(vector);
}

function characterGrams(token: string): readonly string[] {
  const padded = ` ${token} `;
  const grams: string[] = [];
  for (let n = shortest; n <= longest; n++)
    for (let at = 0; at + n <= padded.length; at++) grams.push(padded.slice(at, at + n));
  return grams;
}

/** Adds features of one kind, which share `weight` in quadrature. */
function add(vector: Float32Array, kind: string, features: readonly string[], weight: number): void {
  if (features.length === 0) return;
  const each = weight / Math.sqrt(features.length);
  for (const feature of features) {
    const hash = hash32(`${kind}\u001f${feature}`);
    const at = (hash >>> 1) % hashed_dimensions;
    vector[at] = (vector[at] ?? 0) + ((hash & 1) === 0 ? each : -each);
  }
}

/** The vector with length 1; one without any feature stays nothing. */
export function normalised(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (squares === 0) return vector;
  const length = Math.sqrt(squares);
  return vector.map((value) => value / length);
}

/** Product of two vectors; the cosine where both have length 1. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
