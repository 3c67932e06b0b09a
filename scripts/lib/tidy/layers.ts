/**
 * Direction of dependencies: which folder may know which. The table is the rule; ARCHITECTURE.md draws it.
 * Tests may import what they like below proc/, except that sim/ and runtime/ stay apart and only runtime/
 * touches native/.
 */
import { isTest, type Rule, sourceRule, type Violation } from './rule.ts';
import { type Import, lineAt } from './source.ts';

interface Layer {
  /** Files (a path) and folders (ending in a slash) beside its own; the first matching layer counts. */
  readonly may: readonly string[];
  /** Only as `import type`. */
  readonly mayTypes?: readonly string[];
  readonly packages?: readonly string[];
  /** `node:*` modules, the clock, timers and the process are out of reach. */
  readonly pure: boolean;
}

const leaves = ['src/units.ts', 'src/result.ts', 'src/diagnostics.ts'];
const core = [...leaves, 'src/wire/', 'src/ports/', 'src/engine/'];
const protocols = ['src/track/', 'src/vrrp/', 'src/bfd/', 'src/health/', 'src/lvs/'];

const layers: readonly (readonly [folder: string, layer: Layer])[] = [
  ['grammar/', { may: leaves, packages: ['chevrotain'], pure: true }],
  ['src/wire/', { may: leaves, pure: true }],
  ['src/ports/', { may: leaves, mayTypes: ['src/wire/'], pure: true }],
  ['src/netlink/', { may: [...leaves, 'src/wire/'], mayTypes: ['src/ports/'], pure: true }],
  ['src/engine/', { may: [...leaves, 'src/wire/', 'src/ports/'], pure: true }],
  ['src/health/probes/', { may: [...core, 'src/health/'], pure: true }],
  ['src/track/', { may: core, pure: true }],
  ['src/vrrp/', { may: [...core, 'src/track/', 'src/lvs/'], pure: true }],
  ['src/bfd/', { may: core, pure: true }],
  ['src/health/', { may: [...core, 'src/lvs/', 'src/track/'], pure: true }],
  ['src/lvs/', { may: core, pure: true }],
  ['src/ipc/', { may: core, mayTypes: protocols, pure: true }],
  [
    'src/out/',
    {
      may: [...core, ...protocols],
      mayTypes: ['src/ipc/'],
      packages: ['pino'],
      pure: false,
    },
  ],
  ['src/sim/', { may: [...core, ...protocols, 'src/netlink/'], pure: true }],
  ['src/runtime/', { may: [...core, 'src/netlink/', 'native/'], pure: false }],
  ['src/units.ts', { may: [], pure: true }],
  ['src/result.ts', { may: [], pure: true }],
  ['src/diagnostics.ts', { may: ['src/units.ts'], pure: true }],
];

const within = (path: string, places: readonly string[]): boolean =>
  places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place));

function layerOf(path: string): readonly [string, Layer] | undefined {
  return layers.find(([folder]) => within(path, [folder]));
}

function complaint(path: string, { specifier, target, typeOnly }: Import): string | undefined {
  const found = layerOf(path);
  if (found === undefined) return undefined;
  const [own, layer] = found;
  if (target === undefined) {
    if (specifier.startsWith('node:')) return layer.pure ? `${own} is pure: no ${specifier}` : undefined;
    return layer.packages?.includes(specifier) ? undefined : `${own} does not use the package ${specifier}`;
  }
  const allowed = within(target, [own, ...layer.may]) || (typeOnly && within(target, layer.mayTypes ?? []));
  return allowed ? undefined : `${own} does not import ${target}`;
}

export const directions = sourceRule('folders only import what is below them', ({ path, imports }) =>
  isTest(path)
    ? []
    : imports.flatMap((imported) => {
        const detail = complaint(path, imported);
        return detail === undefined ? [] : [{ path, line: imported.line, detail }];
      }),
);

/** A new folder under src/ must take a place in the table, or nothing would hold it back. */
export const layersKnown: Rule = {
  name: 'every folder has a place in the table of layers',
  check: ({ sources }) =>
    sources.flatMap(({ path }) => {
      const free = within(path, ['src/proc/', 'src/cli/']) || !/^(?:src|grammar)\//.test(path);
      return free || layerOf(path) !== undefined ? [] : [{ path, detail: 'not in any layer' }];
    }),
};

function forbid(name: string, from: (path: string) => boolean, to: readonly string[]): Rule {
  return sourceRule(name, ({ path, imports }) =>
    imports.flatMap(({ target, typeOnly, line }) => {
      if (!from(path) || target === undefined || !within(target, to)) return [];
      // proc/ takes the type of the options from cli/, which starts it.
      if (typeOnly && within(path, ['src/proc/']) && within(target, ['src/cli/'])) return [];
      return [{ path, line, detail: `imports ${target}` }];
    }),
  );
}

export const apart: readonly Rule[] = [
  forbid('runtime does not know sim', (path) => within(path, ['src/runtime/']), ['src/sim/']),
  forbid('sim does not know runtime', (path) => within(path, ['src/sim/']), ['src/runtime/']),
  // The comparison of `-t` with upstream asks the very facts that `-t` asks.
  forbid(
    'only cli imports proc',
    (path) => !within(path, ['src/proc/', 'src/cli/', 'scripts/lib/config-compare/']),
    ['src/proc/'],
  ),
  // Completions are made of the tables that the command line is read with.
  forbid(
    'nobody imports cli',
    (path) => !within(path, ['src/cli/', 'scripts/lib/completions.ts']) && !isTest(path),
    ['src/cli/'],
  ),
  forbid('only runtime imports native', (path) => !within(path, ['src/runtime/']), ['native/', 'build/']),
];

const impure: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['the clock', /(?<![.\w$])(?:Date|performance)\s*[.(]|\bnew\s+Date\b/g],
  ['Math.random', /\bMath\s*\.\s*random\b/g],
  ['a timer', /(?<![.\w$#])(?:setTimeout|setInterval|setImmediate)\b(?!\s*[?:])/g],
  ['process', /(?<![.\w$#])process\s*[.[]/g],
  ['globalThis', /(?<![.\w$])globalThis\b/g],
];

export const purity = sourceRule('pure folders see no clock, chance, timer or process', (file) => {
  const { path, text, code } = file;
  if (isTest(path) || layerOf(path)?.[1].pure !== true) return [];
  return impure.flatMap(([what, pattern]) =>
    [...code.matchAll(pattern)].map((match): Violation => {
      return { path, line: lineAt(text, match.index), detail: `uses ${what}` };
    }),
  );
});

export const environment = sourceRule('only proc and cli read the environment or exit', (file) => {
  const { path, text, code } = file;
  if (isTest(path) || !path.startsWith('src/') || within(path, ['src/proc/', 'src/cli/'])) return [];
  const uses = code.matchAll(/(?<![.\w$])process\s*\.\s*(?:env|exit|exitCode|abort|argv)\b/g);
  return [...uses].map((match) => ({ path, line: lineAt(text, match.index), detail: match[0] }));
});

export const noEvents = sourceRule('no EventEmitter', ({ path, imports }) =>
  imports.flatMap(({ specifier, line }) =>
    /^(?:node:)?events$/.test(specifier) && /^(?:src|grammar)\//.test(path) && !isTest(path)
      ? [{ path, line, detail: specifier }]
      : [],
  ),
);
