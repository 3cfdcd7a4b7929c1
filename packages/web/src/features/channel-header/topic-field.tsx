import { MAX_TOPIC_CHARS } from '@parley/protocol';
import { Field } from '../../ui/field.tsx';

export function TopicField({ value, onValue }: { readonly value: string; readonly onValue: (value: string) => void }) {
  return (
    <Field
      label="Topic"
      aside={<span className="text-small text-faint">optional</span>}
      placeholder="What belongs here, in a sentence"
      maxLength={MAX_TOPIC_CHARS}
      value={value}
      onChange={(event) => onValue(event.target.value)}
    />
  );
}
