/** Functions of one number. No privacy rests on them. */
export const ELEMENTARY_WGSL = /* wgsl */ `
// ln(1 + e) for 0 <= e <= 1 as 2 artanh(e / (2 + e)): relatively accurate where the built-in log is not.
fn logOnePlus(e: f32) -> f32 {
  let t = e / (2.0 + e);
  let u = t * t;
  return 2.0 * t * (1.0 + u * (1.0 / 3.0 + u * (1.0 / 5.0 + u * (1.0 / 7.0 + u * (1.0 / 9.0
    + u * (1.0 / 11.0 + u * (1.0 / 13.0 + u / 15.0)))))));
}

fn softplus(s: f32) -> f32 { return max(s, 0.0) + logOnePlus(exp(-abs(s))); }

fn softplusSlope(s: f32) -> f32 {
  let e = exp(-abs(s));
  return select(e, 1.0, s >= 0.0) / (1.0 + e);
}

// softplus'(s) / softplus(s), which tends to 1 where both underflow.
fn relativeSlope(s: f32) -> f32 {
  if (s < -16.0) { return 1.0; }
  return softplusSlope(s) / softplus(s);
}

// 1 - e^x for x <= 0
fn oneMinusExp(x: f32) -> f32 {
  if (x < -0.5) { return 1.0 - exp(x); }
  return -x * (1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0 * (1.0 + x / 5.0 * (1.0 + x / 6.0 * (1.0 + x / 7.0))))));
}

// sqrt(a^2 + b^2) without squares that overflow or vanish
fn hypotenuse(a: f32, b: f32) -> f32 {
  let large = max(a, b);
  if (large == 0.0) { return 0.0; }
  let ratio = min(a, b) / large;
  return large * sqrt(1.0 + ratio * ratio);
}

// outcome-family.ts: the derivative of ln p(y) along the linear predictor
fn outcomeResidual(linear: f32, y: f32) -> f32 {
  let rate = exp(clamp(linear, -80.0, 80.0));
  switch (shape.family) {
    case 0u: { return y - rate; }
    case 1u: {
      if (y > 0.0) { return select(0.0, 1.0, linear < 0.0); }
      if (linear < -1.0000005e-6) { return -rate / oneMinusExp(linear); }
      return -999999.0;
    }
    default: {
      let e = exp(-abs(clamp(linear, -80.0, 80.0)));
      return y - select(e, 1.0, linear >= 0.0) / (1.0 + e);
    }
  }
}
`;
