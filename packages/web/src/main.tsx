import './ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { loadConversationView } from './app/lazy-components.ts';
import { recentStore } from './features/channels/recent-conversations.ts';
import { applyThemeColour } from './ui/theme.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
applyThemeColour();
// A returning visitor is probably still signed in: loads the conversation view while the session is checked.
if (recentStore.get().length > 0) void loadConversationView();

createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
