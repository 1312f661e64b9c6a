/** The words of this page, each in a sentence or two for somebody who has never met it. */
export const GLOSSARY: readonly (readonly [word: string, meaning: string])[] = [
  [
    'Bundle',
    'The file that centres exchange: noisy tables or a noisy model, synthetic sets drawn from them, the codebook, and what they cost in privacy. A zip that R, Python and Excel can open.',
  ],
  [
    'Centre, party',
    'Whoever holds one table: a hospital, a ward, a registry. No person may be in two of them.',
  ],
  [
    'Codebook',
    'The public description of the variables: names, levels, bins, reference levels. It must not depend on who is in your table.',
  ],
  ['Cramér’s V', 'How strongly two variables hang together: 0 not at all, 1 completely.'],
  [
    'δ (delta)',
    'The small allowance beside ε: a chance, at most this large, that the promise of ε does not hold. Keep it well below one over the number of people.',
  ],
  [
    'ε (epsilon)',
    'How much a file may tell about any one person. Smaller is safer and noisier. At 1, somebody who would guess 50:50 whether you are in the table is right at most about 73 times in 100.',
  ],
  [
    'Interval, nominally 95\u00a0%',
    'What the formulas call a 95\u00a0% confidence interval. For results pooled from twins simulations have shown that it is often too narrow, for those from noisy tables that it holds; the page says what is known.',
  ],
  [
    'Ledger',
    'The list of all trainings of this browser with what they cost together. It counts people’s privacy, not files.',
  ],
  ['Marginal', 'How common each level of one variable is.'],
  [
    'Noise',
    'Random numbers that are added to what is counted, or while a model learns, so that no single person can be made out. Its size is set before anything runs.',
  ],
  [
    'Pooled',
    'Computed from your own rows together with the noisy tables or the synthetic people of the other centres; always blue. Orange is your own rows alone.',
  ],
  [
    'Posterior',
    'What a model has learnt, with its uncertainty. Twins are drawn from it; drawing more costs nothing.',
  ],
  ['Release', 'One training whose result exists. It counts in the ledger whether or not you share it.'],
  [
    'Risk ratio',
    'How many times as common the outcome is in a group as in its reference group. 1 is no difference.',
  ],
  [
    'Rubin’s rules',
    'The way in which the fits to many synthetic sets become one estimate with one interval.',
  ],
  ['Synthetic twin', 'A made-up table with as many rows as yours and similar patterns. Nobody is in it.'],
];

export const GLOSSARY_TITLE = 'Words used here';
