/**
 * An attacker who knows all members of a niche but one, what that one would say, when it would join and leave, and all
 * noisy sums of a year, decides whether it is in them: with the likelihood ratio, than which there is no better test.
 * Served on worker threads.
 */
import { generator } from '../../learning/numeric.ts';
import { coefficients, lengthOf, moved, type Moved, type Point } from '../../learning/privacy/continual.ts';
import { noisySums, type Draws } from '../../processors/cross-learning/aggregate/release.ts';
import { drawsOf } from '../../processors/cross-learning/aggregate/noise.ts';
import type { StoredPoint } from '../../processors/cross-learning/aggregate/state.ts';
import { serveJobs } from './pool.ts';

export const attacks = ['stays', 'leaves', 'moves_and_leaves'] as const;
export type Attack = (typeof attacks)[number];

export interface AttackJob {
  readonly attack: Attack;
  readonly noise_multiplier: number;
  readonly seed: number;
  readonly first_world: number;
  /** Even ones have the member in them, odd ones have not. */
  readonly worlds: number;
}

/** What the attacker's test says of each world, higher where it takes the member to be in. */
export interface AttackOutcome {
  readonly within: readonly number[];
  readonly without: readonly number[];
}

const releases = 52;
/** Sums that the member is in: the others hold noise alone, and say nothing of it. */
const effects = Array.from({ length: 8 }, (_, i) => `effect ${i}`);
const names = ['count', 'rate', 'square', ...effects];

/** Of the longest length: count .45, the end of the range of rates, effects as large as they may be. */
const worst = (sign: number): Point =>
  new Map([
    ['count', 0.45],
    ['rate', 0.4],
    ['square', 0.15],
    ...effects.map((name) => [name, (sign * 0.5) / Math.sqrt(8)] as const),
  ]);

/** Where the member is in each release; empty where it is not. */
function placesOf(attack: Attack): readonly Point[] {
  const nowhere: Point = new Map();
  let at: Moved = { point: nowhere, path: 0 };
  return Array.from({ length: releases }, (_, t) => {
    if (attack !== 'stays' && t >= releases / 2) return nowhere;
    at = moved(at, worst(attack === 'moves_and_leaves' && t > 0 ? 3 : 1));
    return at.point;
  });
}

/** By how much the member changes each release, without the noise's correlation: C·changes. */
function signalOf(places: readonly Point[]): readonly Point[] {
  const c = coefficients(releases);
  const changes = places.map((place, t) => differenceOf(place, places[t - 1] ?? new Map()));
  return places.map((_, t) => {
    const sum = new Map<string, number>();
    for (let s = 0; s <= t; s++)
      for (const [name, value] of changes[s] ?? []) sum.set(name, (sum.get(name) ?? 0) + (c[t - s] ?? 0) * value);
    return sum;
  });
}

const differenceOf = (to: Point, from: Point): Point =>
  new Map(names.map((name) => [name, (to.get(name) ?? 0) - (from.get(name) ?? 0)]));

/** What is left of released sums when those of the others are taken off, made independent from release to release. */
function whitened(residuals: readonly Point[]): readonly Point[] {
  const c = coefficients(releases);
  const white: Map<string, number>[] = [];
  for (const [t, residual] of residuals.entries())
    white.push(
      new Map(
        names.map((name) => {
          const known = white.reduce((sum, one, s) => sum + (c[t - s] ?? 0) * (one.get(name) ?? 0), 0);
          return [name, (residual.get(name) ?? 0) - known];
        }),
      ),
    );
  return white;
}

/** How far the member would move all releases, in standard deviations: μ of the whole year. */
export function distanceOf({ attack, noise_multiplier }: Pick<AttackJob, 'attack' | 'noise_multiplier'>): number {
  const squares = signalOf(placesOf(attack)).map((point) => lengthOf(point) ** 2);
  return Math.sqrt(squares.reduce((sum, one) => sum + one, 0)) / noise_multiplier;
}

export function attacked({ attack, noise_multiplier, seed, first_world, worlds }: AttackJob): AttackOutcome {
  const places = placesOf(attack);
  const signal = signalOf(places);
  const outcome = { within: [] as number[], without: [] as number[] };
  for (let world = first_world; world < first_world + worlds; world++) {
    const isIn = world % 2 === 0;
    const random = generator(seed * 1_000_003 + world);
    const others = othersOf(20 + Math.floor(100 * random()), random);
    const made = new Map(names.map((name) => [name, drawsOf(`key ${seed} ${world}`, 'niche', name)]));
    const draws: Draws = (name) => made.get(name) ?? (() => 0);
    const known = noiselessSums(others);
    const residuals = places.map((place, t) => {
      const businesses = isIn && place.size > 0 ? [...others, Object.fromEntries(place)] : others;
      return differenceOf(noisySums(businesses, { t, names, draws, rules: { noise_multiplier } }), known);
    });
    const score = whitened(residuals).reduce((sum, white, t) => sum + product(white, signal[t] ?? new Map()), 0);
    (isIn ? outcome.within : outcome.without).push(score);
  }
  return outcome;
}

const product = (a: Point, b: Point): number =>
  names.reduce((sum, name) => sum + (a.get(name) ?? 0) * (b.get(name) ?? 0), 0);

function othersOf(count: number, random: () => number): readonly StoredPoint[] {
  return Array.from({ length: count }, () => ({ count: 0.45, rate: 0.8 * random() - 0.4, square: 0.15 * random() }));
}

function noiselessSums(businesses: readonly StoredPoint[]): Point {
  const sums = new Map<string, number>();
  for (const point of businesses)
    for (const [name, value] of Object.entries(point)) sums.set(name, (sums.get(name) ?? 0) + value);
  return sums;
}

serveJobs(attacked);
