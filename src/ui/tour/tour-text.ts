export const TOUR_PURPOSE =
  'A round through everything with invented people: play one centre, make its noisy tables and twins, take in those of others, and watch the intervals shrink.';

export const TOUR_STAYS =
  'Nobody in the simulated centres exists. The tour plays in the simulated project that is open, or else in a new one; projects with a table of your own are left alone.';

export const TOUR_LEADER: readonly string[] = [
  'For a room: let everybody open this page at the address that ends in #/tour and play a different centre. Exchange the saved bundles by any means (a shared folder, mail, sticks) and take them in on the Peers step. Whoever is alone lets the page play the others.',
  'Plan twenty minutes: five to open and train, five to look at the check and save the bundle, ten to take in other centres one by one and talk about what happens.',
  'What to look for: the pooled intervals shrink with every centre, and small centres gain most. Say aloud what is known of them: in simulations of alike centres they held the truth about as often as they should; centres whose effects differ were not in those.',
  'The tour shares what the page recommends for a 0/1 event, noisy tables. For the paper’s own way choose “Short training” on the Privacy step, train again and make a new bundle: there one or two centres can make the pooled result worse, from about five on it is usually better than the own rows alone, and the intervals are often too narrow.',
];

export const TOUR_STEPS = {
  centre: {
    title: 'Play a centre',
    text: 'Choose one of sixteen invented centres. Its table is opened, its public codebook confirmed, and a plan made with ε\u00a0=\u00a01: noisy tables, which the page recommends for a 0/1 event.',
  },
  train: {
    title: 'Train',
    text: 'Every variable is counted against the event, once, and noise of known size is added. With real people this is the moment that spends privacy.',
  },
  share: {
    title: 'Make and save your bundle',
    text: 'The noisy tables, and twenty sets of synthetic twins drawn from them, go into one file. With a real table you would send it to the others.',
  },
  peers: {
    title: 'Take in the others',
    text: 'Take in the files of the room on the Peers step, or let this page play another centre. The analysis is run again each time.',
  },
  watch: {
    title: 'Watch the intervals',
    text: 'The mean width of the 95\u00a0% intervals, on a log scale: your own rows alone beside the pool. Narrower is not truer: the Analyse step says how often such intervals held the truth.',
  },
} as const;
