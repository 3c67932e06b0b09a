/** Turns a function of a scene into a case: sets the scene up, plays, and takes it down whatever happened. */
import { Capture } from './capture.ts';
import { Unavailable } from './poll.ts';
import { type Scenario, Scene } from './scene.ts';

export function scenario(play: (scene: Scene) => Promise<void>): Scenario {
  return async (lab, kinds) => {
    const capture = await Capture.start(lab.switchNs, 'br0');
    const scene = new Scene(lab, kinds, capture);
    try {
      await play(scene);
      await scene.phase('end', scene.endDetail);
      return await scene.finish();
    } catch (error) {
      if (error instanceof Unavailable) throw error;
      throw new Error(`${error instanceof Error ? error.message : error}\n${lastLines(scene)}`);
    } finally {
      await capture.stop();
    }
  };
}

/** What the daemons said last: the part of a failure that the message alone does not tell. */
function lastLines(scene: Scene): string {
  const used = scene.routers.filter((router) => router.used);
  return used
    .flatMap((router) => router.daemon.log.slice(-8).map((line) => `    ${router.name}| ${line.text}`))
    .join('\n');
}
