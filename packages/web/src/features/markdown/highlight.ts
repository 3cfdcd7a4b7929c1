import './code-colours.css';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import elixir from 'highlight.js/lib/languages/elixir';
import go from 'highlight.js/lib/languages/go';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import lua from 'highlight.js/lib/languages/lua';
import markdown from 'highlight.js/lib/languages/markdown';
import php from 'highlight.js/lib/languages/php';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import scss from 'highlight.js/lib/languages/scss';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import { createLowlight } from 'lowlight';
import { createElement, type ReactNode } from 'react';

const languages = {
  bash,
  c,
  cpp,
  csharp,
  css,
  diff,
  dockerfile,
  elixir,
  go,
  ini,
  java,
  javascript,
  json,
  kotlin,
  lua,
  markdown,
  php,
  python,
  ruby,
  rust,
  scss,
  sql,
  swift,
  typescript,
  xml,
  yaml,
};

const lowlight = createLowlight(languages);

type Tree = ReturnType<typeof lowlight.highlight>;
type Node = Tree['children'][number];

// The grammars are regular expressions that take quadratic time over long words and many of them, and code from others
// must not freeze the page. Within these limits a block takes some tens of milliseconds at worst.
const MAX_CHARS = 4_000;
const MAX_LINE_CHARS = 500;

/** The number of cached blocks. Scrolling renders them again and again. */
const MAX_CACHED = 200;
const cache = new Map<string, ReactNode>();

/** The code as spans with class names of `code-colours.css`, or plain text if it is too long or the language unknown. */
export function highlight(text: string, language: string): ReactNode {
  if (!lowlight.registered(language) || text.length > MAX_CHARS || hasLongLine(text)) return text;
  const key = `${language}\n${text}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const highlighted = lowlight.highlight(language, text).children.map((node, index) => toElement(node, index));
  for (const oldest of cache.keys()) if (cache.size >= MAX_CACHED) cache.delete(oldest);
  cache.set(key, highlighted);
  return highlighted;
}

function hasLongLine(text: string): boolean {
  return text.split('\n').some((line) => line.length > MAX_LINE_CHARS);
}

function toElement(node: Node, key: number): ReactNode {
  if (node.type === 'text') return node.value;
  if (node.type !== 'element') return null;
  const names = node.properties['className'];
  return createElement(
    'span',
    { key, className: Array.isArray(names) ? names.join(' ') : undefined },
    node.children.map((child, index) => toElement(child, index)),
  );
}
