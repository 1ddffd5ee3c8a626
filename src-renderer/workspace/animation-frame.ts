/** Joins bursts of events: whatever arrives within one frame is drawn once. */
import { onScopeDispose } from 'vue';

/** A function that runs `draw` once in the next animation frame, however often it is called before. */
export function useNextFrame(draw: () => void): () => void {
  let handle = 0;
  onScopeDispose(() => {
    cancelAnimationFrame(handle);
  });
  return () => {
    if (handle !== 0) return;
    // A hidden page has no frames; its state must not fall behind for ever, so it draws by a timer.
    const run = () => {
      handle = 0;
      draw();
    };
    handle = document.hidden ? window.setTimeout(run, 250) : requestAnimationFrame(run);
  };
}
