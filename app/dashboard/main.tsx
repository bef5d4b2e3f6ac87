/** The page's start. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './shell/app.tsx';

const place = document.getElementById('page');
if (place === null) throw new Error('index.html has no element #page to draw into');
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
