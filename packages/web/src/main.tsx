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
// Who was here before is probably signed in still: what they will look at comes while the server is asked.
if (recentStore.get().length > 0) void loadConversationView();

createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
