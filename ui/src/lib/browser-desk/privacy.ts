import type { ExplainRequest } from '../desk';
import type { DossierSection } from '../generated/DossierSection';
import type { Explained } from '../generated/Explained';
import type { Language } from '../generated/Language';
import { labelOf } from './fields';

const byConsent = new Set(['birth_date', 'newsletter_email']);
const working = new Set(['kind', 'state', 'number', 'language', 'payment_days', 'tags', 'merged_into']);

/** Each value of a record, by why it is held. */
function valuesOf(recordClass: string, language: Language): Explained['values'] {
  if (recordClass !== 'document') return [];
  const nl = language === 'nl';
  return [
    {
      names: nl ? ['Nummer', 'Datum', 'Bedrag incl. btw'] : ['Number', 'Date', 'Amount incl. VAT'],
      ground: 'AWR art. 52 lid 4',
      status_label: nl ? 'Wordt bewaard' : 'Kept',
      until: '2033-12-31',
    },
    {
      names: [nl ? 'Notitie' : 'Note'],
      ground: nl ? 'AVG art. 6 lid 1 onder b (overeenkomst)' : 'GDPR art. 6(1)(b) (contract)',
      status_label: nl ? 'Bewaard voor een doel' : 'Held for a purpose',
      until: null,
    },
  ];
}

/** Why something is held, as the retention engine would say it. */
export function explainFor({ class: recordClass, field, language }: ExplainRequest): Explained {
  const nl = language === 'nl';
  const title = field ? labelOf(field, language) : recordClass;
  const base = {
    title,
    policy: null,
    source: null,
    confidence: null,
    held: false,
    values: field ? [] : valuesOf(recordClass, language),
  };
  if (recordClass === 'booking' || recordClass === 'document') {
    return {
      ...base,
      title: nl ? 'Bewaarplicht administratie' : 'Duty to keep the books',
      sentence: nl
        ? 'Dit hoort bij de administratie van boekjaar 2026 en wordt zeven jaar bewaard.'
        : 'This belongs to the books of fiscal year 2026 and is kept for seven years.',
      status: 'retained',
      status_label: nl ? 'Wordt bewaard' : 'Kept',
      ground: 'AWR art. 52 lid 4',
      until: '2033-12-31',
      policy: 'nl.awr.administration',
      source: 'nl 1',
      confidence: 'settled',
      steps: nl
        ? [
            'Het boekjaar eindigt op 31 december 2026.',
            'De termijn is 7 jaar.',
            'Daarna eindigt de plicht vanzelf.',
          ]
        : [
            'The fiscal year ends on 31 December 2026.',
            'The period is 7 years.',
            'Then the duty ends by itself.',
          ],
    };
  }
  if (field && byConsent.has(field)) {
    return {
      ...base,
      sentence: nl
        ? 'De relatie gaf hiervoor toestemming. Wordt die ingetrokken, dan verdwijnt dit gegeven.'
        : 'The client agreed to this. When that is withdrawn, this value goes.',
      status: 'trigger_pending',
      status_label: nl ? 'Tot intrekking' : 'Until withdrawn',
      ground: nl ? 'AVG art. 6 lid 1 onder a (toestemming)' : 'GDPR art. 6(1)(a) (consent)',
      until: null,
      steps: nl ? ['Toestemming gegeven op 3 maart 2025.'] : ['Consent given on 3 March 2025.'],
    };
  }
  if (field && working.has(field)) {
    return {
      ...base,
      sentence: nl
        ? 'Dit is een werkgegeven van het kantoor. Het zegt niets over een persoon en blijft zolang de relatie bestaat.'
        : 'This is a working value of the office. It says nothing about a person and stays as long as the client does.',
      status: 'trigger_pending',
      status_label: nl ? 'Zolang nodig' : 'As long as needed',
      ground: nl ? 'Geen persoonsgegeven' : 'Not personal data',
      until: null,
      steps: [],
    };
  }
  return {
    ...base,
    sentence: nl
      ? 'Dit is nodig om de overeenkomst met de relatie uit te voeren. Het gaat weg twee jaar na de laatste boeking.'
      : 'This is needed for the contract with the client. It goes two years after the last booking.',
    status: 'retained',
    status_label: nl ? 'Wordt bewaard' : 'Kept',
    ground: nl ? 'AVG art. 6 lid 1 onder b (overeenkomst)' : 'GDPR art. 6(1)(b) (contract)',
    until: '2029-03-17',
    policy: 'office.client.contract',
    source: 'office 3',
    confidence: 'chosen',
    steps: nl
      ? [
          'Laatste boeking: 17 maart 2027.',
          'Het kantoor koos 2 jaar.',
          'Geen wet vraagt een langere termijn.',
        ]
      : ['Last booking: 17 March 2027.', 'The office chose 2 years.', 'No law asks for a longer period.'],
  };
}

/** What is small about a client. Every third one has given no consent. */
export function sectionsFor(index: number, language: Language): DossierSection[] {
  const nl = language === 'nl';
  const proof = {
    what: nl ? 'Bewijs van toestemming' : 'Proof of consent',
    ground: nl ? 'AVG art. 7 lid 1' : 'GDPR art. 7(1)',
    until: null,
    sentence: nl
      ? 'Blijft zolang de gegevens blijven waarvoor toestemming is gegeven.'
      : 'Stays as long as the data it covers.',
  };
  return [
    {
      id: 'consents',
      title: nl ? 'Toestemmingen' : 'Consents',
      records:
        index % 3 === 2
          ? []
          : [
              {
                class: 'consent',
                id: `consent-${index}`,
                title: nl ? 'Nieuwsbrief' : 'Newsletter',
                values: [
                  { field: 'kind', label: nl ? 'Hoe' : 'How', text: 'Opt-in', class: 'personal' },
                  {
                    field: 'given_at',
                    label: nl ? 'Gegeven op' : 'Given on',
                    text: nl ? '3 mrt 2025' : '03 Mar 2025',
                    class: 'personal',
                  },
                  {
                    field: 'channel',
                    label: nl ? 'Via' : 'Through',
                    text: nl ? 'Formulier aan de balie' : 'Form at the desk',
                    class: 'personal',
                  },
                  { field: 'text_version', label: nl ? 'Tekst' : 'Text', text: '2025-1', class: 'working' },
                ],
              },
            ],
      kept: index % 3 === 2 ? [] : [proof],
    },
    {
      id: 'disclosures',
      title: nl ? 'Verstrekkingen' : 'Disclosures',
      records:
        index % 2
          ? []
          : [
              {
                class: 'disclosure',
                id: `disclosure-${index}`,
                title: 'Belastingdienst',
                values: [
                  {
                    field: 'basis',
                    label: nl ? 'Grondslag' : 'Basis',
                    text: nl ? 'Wet: AWR art. 53' : 'Law: AWR art. 53',
                    class: 'personal',
                  },
                  {
                    field: 'reference',
                    label: nl ? 'Kenmerk' : 'Reference',
                    text: 'BD-2026/1183',
                    class: 'personal',
                  },
                  {
                    field: 'categories',
                    label: nl ? 'Wat' : 'What',
                    text: nl ? 'Naam, btw-nummer, facturen 2025' : 'Name, VAT number, invoices of 2025',
                    class: 'personal',
                  },
                ],
              },
            ],
      kept: [],
    },
    { id: 'holds', title: nl ? 'Bewaarbevelen' : 'Holds', records: [], kept: [] },
  ];
}
