/** The largest rise of a loss within a ball around weights, by projected gradient ascent, several searches in step. */
import { norm } from '../curvature/vectors';

/** The perturbations d that are allowed: ||d / scale||_p <= radius. */
export interface Ball {
  readonly radius: number;
  readonly norm: '2' | 'infinity';
  /** [P], not below 0; a weight with scale 0 stays. Ones for plain balls. */
  readonly scale: Float64Array;
}

/** Where one search starts and what it may do. */
export interface Search {
  /** [P] */
  readonly theta: ArrayLike<number>;
  readonly ball: Ball;
  /** Normal(0, 1) entries [P]: the first point lies a thousandth of the radius along them, so that a minimum is left too. */
  readonly start: ArrayLike<number>;
}

export interface LossAt {
  readonly loss: number;
  /** [P] */
  readonly gradient: ArrayLike<number>;
}

/** Loss and gradient at points theta + d, one for each search, in order. */
export type EvaluateAll = (points: readonly Float64Array[]) => Promise<readonly LossAt[]>;

export interface Ascent {
  /** Largest loss seen within the ball less that at theta: at most the maximum over the ball. */
  readonly rise: number;
  /** The perturbation that gave it, [P]. */
  readonly perturbation: Float64Array;
  /** Rise of the best point so far, after each gradient. */
  readonly history: readonly number[];
  /** The gradient vanished, in scaled coordinates, where the search began: it went nowhere. */
  readonly isStuck: boolean;
}

/** The first point is this part of the radius away. */
const startPart = 1e-3;
/** First step in radii: beyond the ball whatever the point, so that steps end on its border while the loss rises. */
const firstStep = 8;

/**
 * Searches for max L(theta + d) - L(theta) over each ball.
 *
 * In coordinates u = d / scale: u <- project(u + step * direction), direction the gradient over its 2-norm (p = 2) or its signs
 * (p = infinity), from the best point so far; the step is 8 radii at first and is halved whenever the loss did not rise.
 * A loss that is not finite ends up as a rise of Infinity.
 * @param steps - gradients after the first
 * Cost: `steps` + 2 evaluations a search. Limits: a lower bound of the maximum, which a non-concave problem has no test for.
 * Source: SAM: Foret et al. 2021; adaptive: Kwon et al. 2021; checked in tests/reference/sharpness.test.ts
 */
export async function ascend(
  evaluate: EvaluateAll,
  searches: readonly Search[],
  steps: number,
): Promise<Ascent[]> {
  const base = await evaluate(searches.map(({ theta }) => Float64Array.from(theta)));
  const states = searches.map((search) => new AscentState(search));
  for (let k = 0; k <= steps; k++) {
    const seen = await evaluate(states.map((state) => state.point()));
    states.forEach((state, i) => {
      state.take(seen[i] as LossAt);
    });
  }
  return states.map((state, i) => state.result((base[i] as LossAt).loss));
}

class AscentState {
  readonly #search: Search;
  /** The best point and the one to be looked at, in units of the scale. */
  #best: Float64Array;
  #next: Float64Array;
  #bestLoss = -Infinity;
  #direction: Float64Array | null = null;
  #step: number;
  readonly #losses: number[] = [];

  constructor(search: Search) {
    const { ball, start } = search;
    this.#search = search;
    this.#step = firstStep * ball.radius;
    this.#next = Float64Array.from(start);
    const length = sizeIn(ball.norm, this.#next);
    const factor = length > 0 ? (startPart * ball.radius) / length : 0;
    this.#next.forEach((x, i, u) => (u[i] = factor * x));
    this.#best = this.#next;
  }

  /** theta + scale u */
  point(): Float64Array {
    const { theta, ball } = this.#search;
    return this.#next.map((u, i) => (theta[i] as number) + (ball.scale[i] as number) * u);
  }

  take({ loss, gradient }: LossAt): void {
    const isHigher = !(loss <= this.#bestLoss);
    if (isHigher) {
      this.#best = this.#next;
      this.#bestLoss = Number.isFinite(loss) ? loss : Infinity;
      this.#direction = directionOf(gradient, this.#search.ball);
    } else this.#step /= 2;
    this.#losses.push(this.#bestLoss);
    const direction = this.#direction;
    if (direction === null || this.#bestLoss === Infinity) return;
    this.#next = this.#best.map((u, i) => u + this.#step * (direction[i] as number));
    project(this.#next, this.#search.ball);
  }

  result(base: number): Ascent {
    const { scale } = this.#search.ball;
    return {
      rise: this.#bestLoss - base,
      perturbation: this.#best.map((u, i) => (scale[i] as number) * u),
      history: this.#losses.map((loss) => loss - base),
      isStuck: this.#direction === null && this.#bestLoss !== Infinity,
    };
  }
}

/** Steepest ascent in scaled coordinates; null where the gradient vanishes. */
function directionOf(
  gradient: ArrayLike<number>,
  { scale, norm: kind }: Ball,
): Float64Array | null {
  const g = scale.map((s, i) => s * (gradient[i] as number));
  const length = norm(g);
  if (!(length > 0)) return null;
  return g.map((x) => (kind === '2' ? x / length : Math.sign(x)));
}

function sizeIn(kind: Ball['norm'], u: Float64Array): number {
  return kind === '2' ? norm(u) : u.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
}

/** The nearest point of the ball, in place. */
function project(u: Float64Array, { radius, norm: kind }: Ball): void {
  if (kind === 'infinity') {
    for (let i = 0; i < u.length; i++) u[i] = Math.max(-radius, Math.min(radius, u[i] as number));
    return;
  }
  const length = norm(u);
  if (length > radius)
    for (let i = 0; i < u.length; i++) u[i] = ((u[i] as number) * radius) / length;
}
