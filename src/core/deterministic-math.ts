const LN2 = 0.6931471805599453;
/** Terms of the series: the next is below the last bit of a double. */
const TERMS = 12;

/**
 * Returns the natural logarithm of a number above 0 and below 2¹⁰²³. It uses only +, −, × and ÷, which IEEE 754 defines
 * exactly: `Math.log` differs between engines in the last digits, and scores must not depend on the engine.
 *
 * `x = m · 2^e` with m from √½ to √2, `ln x = e · ln 2 + 2 · artanh((m − 1) / (m + 1))`, and artanh by its power series
 * (Abramowitz and Stegun, *Handbook of Mathematical Functions*, 4.1.27).
 */
export function naturalLogarithm(x: number): number {
  let mantissa = x;
  let exponent = 0;
  for (; mantissa > Math.SQRT2; mantissa /= 2) exponent += 1;
  for (; mantissa < Math.SQRT1_2; mantissa *= 2) exponent -= 1;
  const ratio = (mantissa - 1) / (mantissa + 1);
  const square = ratio * ratio;
  let sum = 0;
  for (let term = TERMS; term >= 0; term -= 1) sum = sum * square + 2 / (2 * term + 1);
  return exponent * LN2 + ratio * sum;
}

/** Returns the binary logarithm; see `naturalLogarithm`. */
export function binaryLogarithm(x: number): number {
  return naturalLogarithm(x) / LN2;
}
