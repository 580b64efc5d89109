import { Seeded } from './seeded.ts';

/** What a device does, and how long it waits afterwards, milliseconds. */
export type Step = { readonly pause: number } & (
  | { readonly act: 'open'; readonly password: 'right' | 'wrong'; readonly times: 1 | 2 }
  | { readonly act: 'register'; readonly by: 'owner' | 'stranger'; readonly password: string }
  | { readonly act: 'volley'; readonly count: number }
  | { readonly act: 'commit-contested' | 'heal' | 'erase' | 'describe' }
);

/** How somebody behaves. */
export type Persona = 'person' | 'guesser' | 'stranger';

/** A device of an account. */
export interface ClientPlan {
  readonly account: number;
  readonly persona: Persona;
  readonly name: string;
}

type Act = Step['act'] | 'open wrong';

// How many of so many acts are of what kind.
const habits: Readonly<Record<Persona, readonly (readonly [Act, number])[]>> = {
  person: [
    ['open', 30],
    ['open wrong', 20],
    ['register', 12],
    ['describe', 8],
    ['heal', 5],
    ['erase', 5],
  ],
  guesser: [
    ['volley', 60],
    ['open wrong', 30],
    ['describe', 10],
  ],
  stranger: [
    ['register', 30],
    ['commit-contested', 40],
    ['open wrong', 20],
    ['describe', 10],
  ],
};
const words: readonly string[] = ['rose', 'oak', 'fern', 'moss', 'reed', 'pine'];
const longestPause = 400;

/** Who works on so many accounts: two devices of each person, and on every second account somebody else besides. */
export function planClients(accounts: number): readonly ClientPlan[] {
  return Array.from({ length: accounts }, (_, account) => {
    const other: readonly Persona[] = account % 2 === 0 ? ['guesser'] : account % 4 === 1 ? ['stranger'] : [];
    const personas: readonly Persona[] = ['person', 'person', ...other];
    return personas.map((persona, i) => ({ account, persona, name: `${persona} ${account}.${i + 1}` }));
  }).flat();
}

/** What a device does, one step after the other, for ever: the same for the same seed. */
export function* stepsOf(seed: number, { persona, name }: ClientPlan): Generator<Step, never> {
  const random = new Seeded(seed, name);
  // Somebody has to be the first.
  if (persona === 'person') yield { act: 'register', by: 'owner', password: random.pick(words), pause: 0 };
  for (;;) yield stepOf(weighted(random, habits[persona]), persona, random);
}

function stepOf(act: Act, persona: Persona, random: Seeded): Step {
  const pause = random.between(0, longestPause);
  const times = random.next() < 0.25 ? 2 : 1;
  switch (act) {
    case 'open':
      return { act, password: 'right', times, pause };
    case 'open wrong':
      return { act: 'open', password: 'wrong', times, pause };
    case 'register':
      return { act, by: persona === 'stranger' ? 'stranger' : 'owner', password: random.pick(words), pause };
    case 'volley':
      return { act, count: random.between(2, 5), pause };
    case 'commit-contested':
    case 'heal':
    case 'erase':
    case 'describe':
      break;
  }
  return { act, pause };
}

function weighted<T>(random: Seeded, choices: readonly (readonly [T, number])[]): T {
  const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
  let left = random.next() * total;
  for (const [choice, weight] of choices) {
    left -= weight;
    if (left < 0) return choice;
  }
  return choices[0]![0];
}
