/**
 * Where the demo appears: a panel redrawn in place on a terminal, one line per event anywhere else. The
 * cursor is hidden while the panel is live and comes back however the process ends.
 */
import { coloured, type PanelView, panel, plain, seconds } from './panel.ts';

const FRAME_MS = 100;
const EVENTS_SHOWN = 7;

export interface Screen {
  /** Something happened. `panelToo` false keeps it out of the panel, which shows it in another way. */
  event(elapsedMs: number, text: string, panelToo?: boolean): void;
  /** Begins to redraw what `view` gives, on a terminal only. */
  live(view: (events: readonly string[]) => PanelView): void;
  /** Draws once more and leaves the picture where it is. */
  freeze(): void;
  print(lines: readonly string[]): void;
}

export function createScreen(out: NodeJS.WriteStream): Screen {
  return out.isTTY ? terminal(out) : lines(out);
}

function lines(out: NodeJS.WriteStream): Screen {
  return {
    event: (elapsedMs, text) => out.write(`${seconds(elapsedMs).padStart(8)}  ${text}\n`),
    live: () => {},
    freeze: () => {},
    print: (text) => out.write(`${text.join('\n')}\n`),
  };
}

function terminal(out: NodeJS.WriteStream): Screen {
  const events: string[] = [];
  const paint = out.hasColors() ? coloured : plain;
  let height = 0;
  let timer: NodeJS.Timeout | undefined;
  let view: ((events: readonly string[]) => PanelView) | undefined;

  function draw(): void {
    if (view === undefined) return;
    const now = panel(view(events.slice(-EVENTS_SHOWN)), paint);
    // Lines are never wrapped (autowrap off), so the height in rows is the number of lines.
    const text = now.map((line) => `${line}\x1b[K\n`).join('');
    out.write(`${height > 0 ? `\x1b[${height}A` : ''}\x1b[?7l${text}\x1b[?7h\x1b[J`);
    height = now.length;
  }

  return {
    event(elapsedMs, text, panelToo = true) {
      if (panelToo) events.push(`${seconds(elapsedMs).padStart(8)}  ${text}`);
    },
    live(source) {
      view = source;
      out.write('\x1b[?25l');
      process.once('exit', () => out.write('\x1b[?25h'));
      timer = setInterval(draw, FRAME_MS);
    },
    freeze() {
      clearInterval(timer);
      draw();
      view = undefined;
      height = 0;
    },
    print: (text) => out.write(`${text.join('\n')}\n`),
  };
}
