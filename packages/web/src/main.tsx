import './design/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { recentStore } from './app/last-conversation.ts';
import { loadChannelView } from './app/late-parts.ts';
import { colourSurroundings } from './design/theme.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
colourSurroundings();
// Who was here before is probably signed in still: what they will look at comes while the server is asked.
if (recentStore.get().length > 0) void loadChannelView();

createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
