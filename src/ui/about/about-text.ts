export const ABOUT_PURPOSE = 'What this page does, what it promises, and where the promise ends.';

export interface AboutSection {
  readonly title: string;
  readonly paragraphs: readonly string[];
}

export const ABOUT_SECTIONS: readonly AboutSection[] = [
  {
    title: 'The method',
    paragraphs: [
      'Each centre makes something noisy of its table under differential privacy, and gives it to the others as a file. Each centre then estimates twice: from its own real rows alone, and from these together with what all others gave.',
      'What the page recommends for a 0/1 event are noisy tables: every variable counted once against the event, with Gaussian noise of known size added to each count. One regression then takes in a centre’s own rows and everybody’s tables, and knows the noise. The file also holds synthetic people drawn from the tables, for looking at and for other software.',
      'The published method trains a statistical model of the whole table instead: a mixture of categorical variables with a Poisson regression for the outcome, learnt by variational inference in which every step sees the rows only through a clipped sum with Gaussian noise. Synthetic people are drawn from it; each centre joins its own rows with those of all others and fits its regression to each set; the many fits are combined by Rubin’s rules.',
    ],
  },
  {
    title: 'The promise',
    paragraphs: [
      'What a bundle says would have come out nearly the same had any one person’s row not been in the table. ε says how nearly; δ is a small allowance beside it. The ε that is shown is an upper bound, computed before anything runs and with its own numerical error inside.',
      'The promise holds against anyone, whatever else they know, for ever, apart from what the number of rows gives away where you declare it public and it stands in the bundle. It needs no trust in the receiver.',
      'The page’s scripts can open no connection to anyone. Your rows are read into this tab and nowhere else; they are not stored.',
    ],
  },
  {
    title: 'How ε is proved',
    paragraphs: [
      'Noise is added to the counts, or while a model learns, so that the result would have looked nearly the same without any one patient; ε says how nearly. Somebody who guesses 50:50 whether a given patient is in your table is right half of the time; after seeing everything you publish, at most (e^ε + δ)/(1 + e^ε) of the time: 62\u00a0% for ε\u00a0=\u00a00.5, 73\u00a0% for ε\u00a0=\u00a01, 88\u00a0% for ε\u00a0=\u00a02, 98\u00a0% for ε\u00a0=\u00a04. Choose δ well below one over the number of patients.',
      'The ε shown is not an estimate. It is an upper bound with all numerical errors inside it, for both ways in which two tables can differ by one patient (one more, one fewer), and for all training steps together. The Privacy step shows it beside the value and a lower bound, with every part of the distance between them.',
      'Two things it does not say: that a row is a person (if one patient has five rows, the odds grow as for 5ε), and that a conclusion about everybody, for example that smoking harms, may not also be drawn about you.',
      'Privacy loss by Fourier transform: Koskela, Jälkö, Honkela (2020); Koskela and others (2021); Gopi, Lee, Wutschitz (2021). Bounds from a grid: Doroshenko and others (2022). Both directions: Zhu, Dong, Wang (2022). The value by the saddle point: Alghamdi and others (2023). Noise for the whole table in every step: Balle, Wang (2018). Error rates of the best attacker: Wasserman, Zhou (2010); Dong, Roth, Su (2022). Odds: Wood and others (2018).',
    ],
  },
  {
    title: 'Where it ends',
    paragraphs: [
      'The promise protects one row, which must be one person. The codebook, the number of rows unless you have it counted with noise too, and, where a model is trained, your guess of the event rate are public: you declare them so.',
      'It does not make the numbers right. One or two synthetic sets can hurt more than they help. Small tables and skewed ones make poor twins: rare levels come out too often, and rare events are smoothed away.',
      'In simulations of four centres the 95\u00a0% intervals from own rows and the others’ noisy tables, which the page recommends for a 0/1 event, held the truth in 94 to 99\u00a0% of the cases (in about 95\u00a0% with two to fifteen centres, alike or not). They rest on variables going together elsewhere roughly as they do in your rows: where two did not, the intervals held it in 70 to 94\u00a0% of cases, and in about 95\u00a0% again once the others had counted that pair too. The pooled intervals made from the twins of a trained model held it in 48 to 87\u00a0%, and in fewer where the true effect was strong: those are too narrow. The Analyse step says what is known for a table like yours.',
      'Nothing here protects against a party who sends invented or twisted data. Use bundles from people you know.',
      'Your own result, local or pooled, contains your real rows and is not private. Neither is what you learn by looking at this screen.',
      'A computer that someone else controls can see what you see. The page cannot change that.',
    ],
  },
  {
    title: 'Sources',
    paragraphs: [
      'L. Prediger, J. Jälkö, A. Honkela, S. Kaski. Collaborative learning from distributed data with differentially private synthetic data. BMC Medical Informatics and Decision Making 24:167 (2024).',
      'J. Jälkö, O. Dikmen, A. Honkela. Differentially private variational inference for non-conjugate models. UAI (2017). J. Jälkö and others. DPVIm: differentially private variational inference improved. TMLR (2023).',
      'A. Koskela, J. Jälkö, A. Honkela. Computing tight differential privacy guarantees using FFT. AISTATS (2020).',
      'T. Raghunathan, J. Reiter, D. Rubin. Multiple imputation for statistical disclosure limitation. Journal of Official Statistics 19 (2003).',
    ],
  },
];

export const CHECK_TITLE = 'Check the seal yourself';
