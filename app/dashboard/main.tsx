/** The page's start: the engine behind this address, and React. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { remoteOperations } from '../operations/remote.ts';
import { EngineContext } from './data/engine.tsx';
import { Live } from './data/live.ts';
import { App } from './shell/app.tsx';
import './style/index.css';

// The page's policy forbids code from text, which zod would try for speed.
z.config({ jitless: true });
const place = document.getElementById('page');
if (place === null) throw new Error('index.html has no element #page to draw into');
const engine = {
  // The gateway knows this page by its cookie; the token is for other programs.
  operations: remoteOperations({ url: window.location.origin, token: null }),
  live: new Live('/api/live', '/'),
};
createRoot(place).render(
  <StrictMode>
    <EngineContext value={engine}>
      <App />
    </EngineContext>
  </StrictMode>,
);
