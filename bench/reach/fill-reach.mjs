export const hospitals = ['HOSP-A', 'HOSP-B', 'HOSP-C', 'HOSP-D'];
const json = JSON.stringify({ '00081030': { vr: 'LO', Value: ['x'.repeat(1200)] } });

/** Findable studies of four hospitals with one series each, and whose they are: a patient has five on average, in any of them. */
export async function fillReach(pool, studies) {
  await pool.query('delete from hospitals');
  for (const hospital of hospitals) {
    await pool.query(
      `insert into hospitals (hospital, name, onboarded_at) values ($1, $1, now())`,
      [hospital],
    );
    await pool.query(
      `insert into findable_1.studies select md5($1 || n), $1, '1.2.' || $3 || '.' || n, 'P' || n % ($2 / 5), '', 'Doe^' || n % 997, 'doe^' || n % 997, '', '',
         to_char(date '2020-01-01' + (n * 7919 % 2300)::int, 'YYYYMMDD'), lpad((n * 31 % 86400)::text, 6, '0'), 'A' || n, '', '', '', 'thorax',
         array[(array['CT', 'MR', 'US', 'CR'])[1 + n % 4]], 1, 1, 1000, 1, '{}', $4, '{}', '{}'
       from generate_series(1, $2::int) as n`,
      [hospital, studies, hospitals.indexOf(hospital), json],
    );
    await pool.query(
      `insert into findable_1.series select claim || '-1', claim, hospital, study_uid || '.1', 'CT', 1, '', '', '', '', '{}', '{}', 1, 1, '{}', '{}'
       from findable_1.studies where hospital = $1`,
      [hospital],
    );
    await pool.query(
      `insert into study_access (claim, hospital, patient, person, confidentiality, study_date, study_time, study_uid)
       select claim, hospital, md5(patient_id), md5(patient_id), case when abs(hashtext(claim)) % 500 = 0 then 'V' when abs(hashtext(claim)) % 100 = 0 then 'R' else 'N' end,
         study_date, study_time, study_uid from findable_1.studies where hospital = $1`,
      [hospital],
    );
  }
  await pool.query('vacuum analyze');
}

/** The first hospital treats so many patients; of some it was said that they oppose or keep somebody out. */
export async function relate(pool, relationships) {
  const patients = `select md5('P' || n) as person, n from generate_series(0, $1::int - 1) as n`;
  await pool.query(
    `insert into relationships (id, patient, person, organisation, kind, valid_from)
     select 'r' || n, person, person, 'HOSP-A', 'encounter', now() - interval '1 day' from (${patients}) as p`,
    [relationships],
  );
  await pool.query(
    `insert into oppositions (id, patient, person, valid_from) select 'o' || n, person, person, now() - interval '1 day' from (${patients}) as p where n % 50 = 0`,
    [relationships],
  );
  await pool.query('vacuum analyze');
}
