import { Button } from './button.tsx';
import { useCloseDialog } from './dialog.tsx';
import { Form, type FormProps } from './form.tsx';

/** A form that fills a dialog: *Cancel* stands next to the submit button. */
export function DialogForm(props: Omit<FormProps, 'renderActions' | 'wide' | 'className'>) {
  const close = useCloseDialog();
  return (
    <Form
      {...props}
      renderActions={(submit) => (
        <div className="mt-2 flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          {submit}
        </div>
      )}
    />
  );
}
