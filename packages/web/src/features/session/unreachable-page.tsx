import { useEffect, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { checkSession } from './session.ts';

const RETRY_MS = 5_000;

/** Shown when the server does not respond at page load. Retries periodically. */
export function UnreachablePage() {
  const [trying, setTrying] = useState(false);

  useEffect(() => {
    const timer = setInterval(() => void checkSession(), RETRY_MS);
    return () => clearInterval(timer);
  }, []);

  const tryNow = async (): Promise<void> => {
    setTrying(true);
    await checkSession();
    setTrying(false);
  };

  return (
    <Notice
      title="Can't reach the server"
      action={
        <Button variant="primary" busy={trying} onClick={() => void tryNow()}>
          Try now
        </Button>
      }
    >
      Parley keeps trying every few seconds. If you are online, the server may be restarting.
    </Notice>
  );
}
