/**
 * Words that tell the niche of a creative, English, lower case. A word counts where it stands by itself: `ai` is not in
 * `hair`, `car` is not in `skincare`. Words of several niches are left out.
 */
import { list } from '../dna/text.ts';

export const niche_words = {
  automotive: list(
    `car cars suv suvs sedan truck trucks pickup horsepower mpg hybrid dealership tires tyres automotive vehicle vehicles
     motorcycle motorbike ev drivetrain torque windshield carwash leasing roadster hatchback`,
  ),
  beauty: list(
    `skincare makeup serum serums moisturizer moisturiser lipstick mascara foundation cosmetics shampoo conditioner
     fragrance perfume eyeliner acne wrinkles retinol hyaluronic complexion nails manicure salon lashes beauty spf toner
     exfoliating concealer`,
  ),
  ecommerce: list(
    `marketplace bestsellers storewide sitewide cart checkout giftable gifts bundles clearance warehouse restock
     dropshipping shopify storefront`,
  ),
  education: list(
    `course courses tutor tutoring classroom lessons curriculum students student degree university college bootcamp
     certificate certification exam exams diploma homework teacher teachers masterclass enroll enrol scholarship`,
  ),
  entertainment: list(
    `movie movies film films episode episodes series streaming concert concerts festival album playlist gaming game games
     gamers podcast podcasts theater theatre comedy trailer soundtrack celebrity`,
  ),
  fashion: list(
    `dress dresses coat coats jacket jackets jeans denim sneakers shoes boots handbag handbags jewelry jewellery earrings
     necklace outfit outfits wardrobe apparel clothing shirt shirts sweater hoodie leggings sunglasses cashmere linen
     tailored fashion swimwear lingerie`,
  ),
  finance: list(
    `loan loans mortgage mortgages invest investing investors portfolio stocks etf etfs crypto bitcoin credit savings
     retirement ira 401k insurance premiums tax taxes refinance broker brokerage apr dividend budgeting bank banking debt`,
  ),
  fitness: list(
    `workout workouts gym gyms dumbbell dumbbells kettlebell treadmill protein hiit cardio yoga pilates marathon reps
     squats deadlift abs trainer bodyweight fitness crossfit creatine runners jogging`,
  ),
  food: list(
    `recipe recipes meal meals snack snacks coffee espresso tea chocolate pizza burger burgers restaurant restaurants
     delicious tasty flavor flavors flavour flavours organic vegan vegetarian sauce spices bakery grocery groceries kitchen
     chef breakfast lunch dinner wine beer`,
  ),
  health: list(
    `doctor doctors clinic clinics therapy therapist vitamins vitamin supplement supplements sleep insomnia pain
     prescription symptoms wellness medical medicine patients immune probiotic probiotics allergy allergies dentist dental
     hearing telehealth anxiety`,
  ),
  home_decor: list(
    `sofa sofas couch mattress mattresses rug rugs curtains lamp lamps furniture bedding pillows pillow duvet decor
     wallpaper cushions armchair bookshelf nightstand interior interiors candles houseplants`,
  ),
  real_estate: list(
    `apartment apartments condo condos realtor realtors realty listing listings bedroom bedrooms sqft townhouse
     townhomes homebuyers homebuyer landlord tenants acre acres penthouse waterfront property properties`,
  ),
  saas: list(
    `crm saas dashboard workflow workflows integrations onboarding api b2b invoicing kanban helpdesk automations
     productivity software platform pipelines teams collaboration payroll analytics hubspot salesforce`,
  ),
  tech: list(
    `laptop laptops smartphone smartphones headphones earbuds bluetooth charger chargers gadget gadgets camera cameras
     drone drones smartwatch tablet tablets battery usb wireless wifi gpu processor monitor keyboard robot robots vpn`,
  ),
  travel: list(
    `flight flights hotel hotels vacation vacations holiday holidays cruise cruises resort resorts itinerary passport
     beaches airline airlines hostel backpacking getaway getaways tour tours destination destinations luggage airfare`,
  ),
} as const;
