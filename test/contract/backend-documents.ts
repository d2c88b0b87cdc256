import type { Document } from '../../src/core/model/document.js';
import { answerOf, documentOf } from '../support/documents.js';

const link = (url: string, title: string) => ({ title, url, subject: null });

/** Documents that exercise every part of the contract. */
export const DOCUMENTS: readonly Document[] = [
  documentOf({
    url: '/medicine/hepatitis',
    title: 'How is hepatitis B treated?',
    answer: answerOf([
      ['paragraph', 'The liver heals by itself in most adults.'],
      ['heading', 'Treatment'],
      [
        'paragraph',
        'Antiviral tablets such as tenofovir keep the virus from multiplying; the treatment of hepatitis lasts for years.',
      ],
    ]),
    keywords: ['liver', 'antiviral', 'virus'],
    subject: 'Medicine',
    date: '2024-12-20',
    language: 'en',
    related: [
      link('/medicine/vaccines', 'How do vaccines train the immune system?'),
      link('/medicine/vaccines', 'How do vaccines train the immune system?'),
      link('/medicine/hepatitis', 'How is hepatitis B treated?'),
      link('/medicine/gone', 'A question that is not here'),
    ],
  }),
  documentOf({
    url: '/medicine/vaccines',
    title: 'How do vaccines train the immune system?',
    answer: 'A vaccine shows the immune system a harmless piece of a virus; memory cells stay for years.',
    keywords: ['immunity', 'virus'],
    subject: 'Medicine',
    date: '2023-03-01',
    language: 'en',
  }),
  documentOf({
    url: '/medicine/antibiotics',
    title: 'Why are antibiotics useless against a virus?',
    answer: 'Antibiotics attack bacteria. A virus has no cell wall, so antibiotics do nothing to it.',
    keywords: ['bacteria', 'virus'],
    subject: 'Medicine',
    date: '2023-03-01',
  }),
  documentOf({
    url: '/biology/photosynthesis',
    title: 'How does photosynthesis store light?',
    answer: answerOf([
      [
        'paragraph',
        'Chlorophyll absorbs light and splits water: ',
        { atom: '6 CO_2 + 6 H_2O \\to C_6H_{12}O_6 + 6 O_2' },
        ' in short.',
      ],
      ['code', 'light + water < sugar & oxygen'],
    ]),
    keywords: ['plants', 'chlorophyll'],
    subject: 'Biology',
    date: '2022-05-05',
    language: 'en',
  }),
  documentOf({
    url: '/physics/sky',
    title: 'Why is the sky blue?',
    answer: 'Air scatters short waves of light more than long ones, so blue light reaches the eye from all sides.',
    keywords: ['light', 'scattering'],
    subject: 'Physics',
    date: '2022-01-31',
    language: 'en',
  }),
  documentOf({
    url: '/computer-science/references',
    title: 'What is the difference between a pointer and a reference in C++?',
    answer: 'A pointer may be null; a C++17 reference is bound once. See also ttk.Combobox and O(n log n).',
    keywords: ['C++', 'memory'],
    subject: 'Computer science',
    date: '2024-02-29',
    language: 'en',
  }),
  documentOf({
    url: '/computer-science/subnets',
    title: 'What is the broadcast address of a subnet?',
    answer: 'With the mask 255.255.240.0 the last twelve bits are ones. FD00::/8 is for IPv6.',
    keywords: ['network', '__proto__'],
    subject: 'Computer science',
    date: null,
  }),
  documentOf({
    url: '/mathematics/parabola',
    title: 'How do you reflect a parabola across the x-axis?',
    answer: 'Negate the function: <f(x)> becomes "-f(x)". The xaxis stays where it is & nothing else moves.',
    keywords: ['reflection'],
    subject: null,
    date: '2021-11-11',
    language: 'de',
  }),
  documentOf({
    key: 'row-17',
    url: 'row-17',
    title: 'Empty answer',
    answer: answerOf([]),
    description: 'Only a description tells of the aardvark here.',
    subject: '__proto__',
    date: '2020-01-01',
  }),
  documentOf({
    url: '/languages/机器学习',
    title: '什么是机器学习？ 👍',
    answer: '机器学习是人工智能的一个分支，它使用数据来训练模型。'.repeat(12),
    keywords: ['机器学习'],
    subject: 'Languages',
    date: '2020-01-01',
    language: 'zh',
  }),
];

/** Many documents that contain the same word, some a second one too. */
export function manyDocuments(count: number): Document[] {
  return Array.from({ length: count }, (_, n) =>
    documentOf({
      url: `/many/${n}`,
      title: `Question number ${n}`,
      answer: n % 7 === 0 ? `A common word beside a special one, ${n} times.` : `A common word, ${n} times.`,
      subject: `Subject ${n % 3}`,
      date: n % 5 === 0 ? null : `2024-01-${String((n % 28) + 1).padStart(2, '0')}`,
    }),
  );
}
