import { MessagesSquare } from 'lucide-react';
import type { ReactElement } from 'react';
import { Button } from '../Button.tsx';
import { classNames } from '../class-names.ts';
import { Empty } from '../Empty.tsx';
import { Skeleton } from '../Skeleton.tsx';
import { Stack } from '../Stack.tsx';
import { VirtualList } from '../VirtualList.tsx';
import styles from './Gallery.module.css';

const words = 'See you at the lake tomorrow. Bring the tent, the lamp and something to eat. '.split(' ');

/** Long lists, and what stands where there is none. */
export function Lists(): ReactElement {
  return (
    <Stack>
      <div className={styles.long}>
        <VirtualList
          label="Conversation"
          count={100_000}
          estimate={56}
          startAt="end"
          render={(index) => <Bubble index={index} />}
        />
      </div>
      <Skeleton rows={2} label="Reading…" />
      <Empty title="No chats yet" icon={MessagesSquare} action={<Button>Add sample chats</Button>}>
        Bring your chats from WhatsApp, or look around with some that are made up.
      </Empty>
    </Stack>
  );
}

function Bubble({ index }: { readonly index: number }): ReactElement {
  const text = words.slice(0, 2 + ((index * 7) % words.length)).join(' ');
  return (
    <div className={classNames(styles.bubble, index % 3 === 0 && styles.mine)}>
      {index} {text}
    </div>
  );
}
