import { Component, type ReactElement, type ReactNode } from 'react';
import { Button } from '../design/Button.tsx';
import { Empty } from '../design/Empty.tsx';
import { LanguageContext } from '../words/use-words.ts';

/** Says in plain words that a screen failed, instead of an empty page. A new `subject` is a new try. */
export class ErrorBoundary extends Component<
  { readonly children: ReactNode; readonly subject?: string },
  { readonly failedAt?: string | undefined; readonly failed: boolean }
> {
  static override contextType: typeof LanguageContext = LanguageContext;
  declare context: React.ContextType<typeof LanguageContext>;
  override state: { readonly failedAt?: string | undefined; readonly failed: boolean } = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override componentDidUpdate(before: { readonly subject?: string }): void {
    if (this.state.failed && before.subject !== this.props.subject) this.setState({ failed: false });
  }

  override render(): ReactNode {
    return this.state.failed ? this.#broken() : this.props.children;
  }

  #broken(): ReactElement {
    const { shell } = this.context.words;
    return (
      <div role="alert">
        <Empty
          title={shell.brokenTitle}
          action={
            <Button variant="primary" onClick={() => location.reload()}>
              {shell.reload}
            </Button>
          }
        >
          {shell.brokenText}
        </Empty>
      </div>
    );
  }
}
