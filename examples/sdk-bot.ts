// Replies "pong" to each "ping", including those sent while it was offline.  PARLEY_TOKEN=… node examples/sdk-bot.ts [channel]
import { createParleyClient } from '@parley/client';
import { browserEnvironment } from '@parley/client/browser';

const { PARLEY_URL: baseUrl = 'http://127.0.0.1:3000', PARLEY_TOKEN: token = '' } = process.env;
const [, , channel = 'c_general'] = process.argv;
const clientId = 'example-bot';
const bot = createParleyClient({
  clientId,
  environment: browserEnvironment({ clientId, baseUrl, getToken: () => token }),
});
const timeline = bot.timeline(channel);

bot.status.subscribe(() => console.log(bot.status.get()));
timeline.subscribe(() => {
  const answered = bot.channelOf(channel)?.readSeq ?? 0;
  const fresh = timeline.get().messages.filter(({ seq }) => seq !== null && seq > answered);
  for (const { by, body } of fresh) if (by !== bot.me.get()?.id && body === 'ping') bot.send(channel, 'pong');
  bot.markRead(channel, fresh.at(-1)?.seq ?? 0);
});
bot.connect();
bot.open(channel);
