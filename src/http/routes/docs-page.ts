import { ERROR_CODES, type ErrorCode } from '../../core/errors.js';
import { ERROR_HELP } from './error-help.js';
import {
  isJsonObject,
  type ApiDescription,
  type Json,
  type JsonObject,
  type Operation,
  type Parameter,
} from '../openapi/describe.js';

/** The API description as an HTML page. It has no script; its style comes from the search page's folder. */
export function docsPage(api: ApiDescription, basePath: string): string {
  const body = html`<h1>Askdex API</h1>
    <p>${prose(api.info.description)}</p>
    <p>
      The same for programs: <a href="${basePath}/openapi.json">openapi.json</a> (OpenAPI 3.1). Every error code is
      explained on the page <a href="${basePath}/docs/errors">errors</a>.
    </p>
    <pre><code>curl '${basePath}/v1/search?q=hepatitis+treatment&amp;filter=subject:"Medicine"'</code></pre>
    ${api.tags.map((tag) => tagSection(api, tag))}`;
  return page('API', basePath, body);
}

/** The HTML page of all error codes with meaning and remedy. The `type` of an error links to it. */
export function errorsPage(basePath: string): string {
  const codes: ErrorCode[] = [];
  let code: ErrorCode;
  for (code in ERROR_CODES) codes.push(code);
  const body = html`<h1>Errors</h1>
    <p>
      An error of the API is an <code>application/problem+json</code> object (RFC 9457) with one of these codes. Those
      without a status come from the command line and from builds.
    </p>
    ${codes.map(
      (one) =>
        html`<section id="${one}">
          <h2>
            <code>${one}</code>
            <small>${ERROR_CODES[one].status ?? 'no status'} · ${ERROR_CODES[one].title}</small>
          </h2>
          <p>${prose(ERROR_HELP[one].meaning)}</p>
          <p><strong>What to do:</strong> ${prose(ERROR_HELP[one].remedy)}</p>
        </section>`,
    )}`;
  return page('Errors', basePath, body);
}

function page(title: string, basePath: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Askdex</title>
        <link rel="icon" href="${basePath}/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="${basePath}/docs.css" />
      </head>
      <body>
        <header>
          <a href="${basePath}/">Askdex</a> <a href="${basePath}/docs">API</a>
          <a href="${basePath}/docs/errors">Errors</a>
        </header>
        <main>${body}</main>
      </body>
    </html>`.text;
}

function tagSection(api: ApiDescription, { name, description }: { name: string; description: string }): Html {
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.tags.includes(name))
      .map(([method, operation]) => operationSection(method, path, operation)),
  );
  return html`<section>
    <h2>${name}</h2>
    <p>${prose(description)}</p>
    ${operations}
  </section>`;
}

function operationSection(method: string, path: string, operation: Operation): Html {
  return html`<article id="${operation.operationId}">
    <h3><span class="method">${method.toUpperCase()}</span> <code>${path}</code></h3>
    <p>${prose(operation.summary)}. ${prose(operation.description ?? '')}</p>
    ${operation.security === undefined ? [] : html`<p class="key">Needs <code>Authorization: Bearer KEY</code>.</p>`}
    ${parametersTable(operation.parameters ?? [])} ${bodySection(operation)} ${responsesSection(operation.responses)}
  </article>`;
}

function parametersTable(parameters: readonly Parameter[]): Html | [] {
  if (parameters.length === 0) return [];
  const rows = parameters.map(
    (one) =>
      html`<tr>
        <td><code>${one.name}</code></td>
        <td>${kindOf(one.schema)}</td>
        <td>${prose(one.description)}</td>
      </tr>`,
  );
  return html`<div class="table">
    <table>
      <thead>
        <tr>
          <th scope="col">Parameter</th>
          <th scope="col">Value</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

/** A schema in a few words, for example `integer 0 to 100, 10 unless given`. */
function kindOf(schema: JsonObject): string {
  const { minimum, maximum, enum: values } = schema;
  const items = isJsonObject(schema.items) ? schema.items : null;
  const listed = Array.isArray(values) ? values : items !== null && Array.isArray(items.enum) ? items.enum : null;
  const kind =
    listed === null ? shortText(items === null ? schema.type : 'text, may repeat') : listed.map(shortText).join(' | ');
  const bounds = typeof minimum === 'number' && typeof maximum === 'number' ? ` ${minimum} to ${maximum}` : '';
  const fallback = schema.default;
  const byDefault =
    fallback === undefined || fallback === '' || Array.isArray(fallback) ? '' : `, ${shortText(fallback)} unless given`;
  return `${kind}${bounds}${byDefault}`;
}

function shortText(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? 'any');
}

function bodySection(operation: Operation): Html | [] {
  if (operation.requestBody === undefined) return [];
  const content = isJsonObject(operation.requestBody) ? operation.requestBody.content : undefined;
  const json = isJsonObject(content) ? content['application/json'] : undefined;
  const schema =
    isJsonObject(json) && isJsonObject(json.schema) && isJsonObject(json.schema.properties)
      ? json.schema.properties
      : {};
  const members = Object.entries(schema).map(
    ([name, member]) =>
      html`<li>
        <code>${name}</code>: ${isJsonObject(member) ? kindOf(member) : ''}.
        ${isJsonObject(member) && typeof member.description === 'string' ? prose(member.description) : ''}
      </li>`,
  );
  return members.length === 0
    ? []
    : html`<p>Body (optional, JSON):</p>
        <ul>
          ${members}
        </ul>`;
}

function responsesSection(responses: JsonObject): Html {
  const entries = Object.entries(responses).map(([status, response]) => {
    const { description, content } = isJsonObject(response) ? response : {};
    const media = isJsonObject(content) ? Object.entries(content)[0] : undefined;
    const example =
      Number(status) < 400 && media !== undefined && isJsonObject(media[1]) ? media[1].example : undefined;
    const shownExample = typeof example === 'string' ? example : JSON.stringify(example, null, 2);
    return html`<li>
      <strong>${status}</strong> ${prose(typeof description === 'string' ? description : '')}
      ${
        example === undefined
          ? []
          : html`<details>
              <summary>Example</summary>
              <pre><code>${shownExample}</code></pre>
            </details>`
      }
    </li>`;
  });
  return html`<ul class="answers">
    ${entries}
  </ul>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text for HTML elements and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** HTML that is safe to send. */
class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | readonly Html[];

/** A template tag that escapes all values except `Html`. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  let text = strings[0] ?? '';
  values.forEach((value, at) => {
    text += rendered(value) + (strings[at + 1] ?? '');
  });
  return new Html(text);
}

function rendered(value: Part): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return value.map((one) => one.text).join('');
}

/** Escapes text and converts `` `code` `` to code elements. */
export function prose(text: string): Html {
  return new Html(escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>'));
}
