/** The names that every second person has, the commonest first. */
const frequentFamilies =
  `Schmit Muller Weber da·Silva Hoffmann Wagner Thill Ferreira Schmitz dos·Santos Schroeder Reuter Pereira Klein Becker Rodrigues
   Kieffer Kremer Gonçalves Faber Meyer Fernandes Schneider Weiss Lopes Schiltz Simon Martins Welter Hansen Müller Majerus Ries Gomes
   Meyers Kayser Costa Steffen Krier Marques Braun Wagener Ribeiro Diederich Lefèvre Almeida Dubois Pinto François Schäfer Simões
   Krüger Araújo Jäger Conceição Groß Böhm Bérard Noël Hélary Rossi Bianchi D'Angelo Van·den·Berg O'Connor Nowak Kovačević Šimić
   Łukaszewicz Çelik`
    .split(/\s+/)
    .map((name) => name.replaceAll('·', ' '));
const starts =
  `Ack Alt Bau Berg Birk Blau Brand Buch Dahl Dorn Eber Eich Feld Fried Gant Glas Grün Haas Hein Hirsch Holz Hu Kalk Karl
  Kauf Kirch Kohl Lam Land Lind Loh Mai Mer Mont Nau Neu Ober Ott Pesch Pohl Rau Rei Ros Roth Sand Schel Schön Sei Stein Stoll Thei Uhl
  Vogt Wal Wein Wies Wild Zell Zim`.split(/\s+/);
const ends =
  `bach berg burg dorf er felder gen hard haus heim hoff hofer ing inger kamp lach ler ling mann meier meister müller nach ner rath
  reuter ried rich schmidt son stadt stein thal ter wald weg weiler wirth zinger ch`.split(/\s+/);
const given = {
  F: `Anna Marie Sofia Emma Léa Chloé Inês Maria Catarina Françoise Anaïs Zoé Nathalie Monique Ângela Jeanne Élise Renée Ursula Jutta
      Käthe Bärbel Lara Julie Mia Laura Sarah Claire Martine Danièle Noémie Beatriz Cátia Ingrid`.split(
    /\s+/,
  ),
  M: `Luc Jean Marc Paul Noah Gabriel João José António Manuel Tiago François André Rémy Loïc Günther Jürgen Björn Pierre Nico Tom
      Philippe Gaël Benoît Carlos Rui Leo Max Ben Felix Claude Guy Émile Hervé`.split(/\s+/),
};

/** Family names that are made up of a beginning and an end. */
const madeUpCount = starts.length * ends.length;

/** A family name: one in two is among the commonest, which thin out; one in twelve is double. */
export function familyName(draw) {
  const name = oneFamily(draw);
  return draw.below(12) === 0 ? `${name}-${oneFamily(draw)}` : name;
}

/** One or two given names of a sex, as components of a PN follow each other (PS3.5 §6.2.1). */
export function givenNames(draw, sex) {
  const [first, second] = [draw.pick(given[sex]), draw.pick(given[sex])];
  return draw.below(5) === 0 ? `${first}^${second}` : first;
}

function oneFamily(draw) {
  if (draw.below(2) === 0)
    return frequentFamilies[Math.floor(frequentFamilies.length * draw.share() ** 1.6)];
  const at = draw.below(madeUpCount);
  return `${starts[Math.floor(at / ends.length)]}${ends[at % ends.length]}`;
}
