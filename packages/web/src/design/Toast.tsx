import { Toast } from '@base-ui/react/toast';
import { createContext, use, useMemo, type ReactElement, type ReactNode } from 'react';
import { useWords } from '../words/use-words.ts';
import styles from './Toast.module.css';

/** Says something for a few seconds. Nothing that must not be missed. */
export type ShowToast = (text: string) => void;

const ToastContext = createContext<ShowToast>(() => {});

/** What shows a toast. */
export function useToast(): ShowToast {
  return use(ToastContext);
}

/** Holds the toasts of everything in it. */
export function ToastProvider({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <Toast.Provider timeout={4000} limit={2}>
      <Inside>{children}</Inside>
    </Toast.Provider>
  );
}

function Inside({ children }: { readonly children: ReactNode }): ReactElement {
  const { common } = useWords();
  const { add, toasts } = Toast.useToastManager();
  const show = useMemo<ShowToast>(() => (text) => void add({ title: text }), [add]);
  return (
    <ToastContext value={show}>
      {children}
      <Toast.Portal>
        <Toast.Viewport aria-label={common.toasts} className={styles.viewport}>
          {toasts.map((toast) => (
            <Toast.Root
              key={toast.id}
              toast={toast}
              swipeDirection={['up', 'right']}
              className={styles.toast}
            >
              <Toast.Content>
                <Toast.Title className={styles.title} />
              </Toast.Content>
            </Toast.Root>
          ))}
        </Toast.Viewport>
      </Toast.Portal>
    </ToastContext>
  );
}
